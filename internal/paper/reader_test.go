package paper

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// complainer is a test, or one of rapid's.
type complainer interface {
	Helper()
	Errorf(format string, arguments ...any)
	Fatal(arguments ...any)
	Fatalf(format string, arguments ...any)
}

// object is one of a PDF file, as the cross-reference stream leads to it.
type object struct {
	body   string
	stream []byte // unpacked, where it is packed
}

var streamHead = regexp.MustCompile(`(?s)^(\d+) 0 obj\n(<<.*?)/Length (\d+)>>\nstream\n`)

// readObjects reads a PDF file of this package by its cross-reference stream,
// and complains where a place in it is wrong.
func readObjects(t complainer, file []byte) map[int]object {
	t.Helper()
	tail := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	if tail == nil {
		t.Fatal("the file does not end with the place of its cross-references")
	}
	references := readStream(t, file, number(t, string(tail[1])), -1)
	if !strings.Contains(references.body, "/Type/XRef") || !strings.Contains(references.body, "/W[1 4 2]") {
		t.Fatalf("the last place leads to %s", references.body)
	}
	objects := map[int]object{}
	entries := references.stream
	for n := 0; n < len(entries)/7; n++ {
		if entry := entries[7*n:]; entry[0] == 1 {
			objects[n] = readStream(t, file, int(binary.BigEndian.Uint32(entry[1:])), n)
		}
	}
	for n := 0; n < len(entries)/7; n++ {
		entry := entries[7*n:]
		if entry[0] != 2 {
			if entry[0] == 0 && n != 0 {
				t.Errorf("object %d is reserved and never written", n)
			}
			continue
		}
		holder := objects[int(binary.BigEndian.Uint32(entry[1:]))]
		first := number(t, regexp.MustCompile(`/First (\d+)`).FindStringSubmatch(holder.body)[1])
		index := strings.Fields(string(holder.stream[:first]))
		at := 2 * int(binary.BigEndian.Uint16(entry[5:]))
		if number(t, index[at]) != n {
			t.Fatalf("object %d is looked for where %s is", n, index[at])
		}
		body := holder.stream[first+number(t, index[at+1]):]
		if at+3 < len(index) {
			body = body[:number(t, index[at+3])-number(t, index[at+1])]
		}
		objects[n] = object{body: string(bytes.TrimSpace(body))}
	}
	return objects
}

func readStream(t complainer, file []byte, at, want int) object {
	t.Helper()
	head := streamHead.FindSubmatch(file[at:])
	if head == nil || want >= 0 && number(t, string(head[1])) != want {
		t.Fatalf("at byte %d is no stream %d but %.40q", at, want, file[at:])
	}
	length := number(t, string(head[3]))
	data := file[at+len(head[0]):][:length]
	if end := "\nendstream\nendobj\n"; !bytes.HasPrefix(file[at+len(head[0])+length:], []byte(end)) {
		t.Fatalf("the stream at byte %d does not end after %d bytes", at, length)
	}
	o := object{body: string(head[2]), stream: data}
	if strings.Contains(o.body, "/FlateDecode") {
		unpack, err := zlib.NewReader(bytes.NewReader(data))
		if err == nil {
			o.stream, err = io.ReadAll(unpack)
		}
		if err != nil {
			t.Fatalf("the stream at byte %d: %v", at, err)
		}
	}
	return o
}

func number(t complainer, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// references are the objects that a list of references names.
func references(t complainer, list string) (numbers []int) {
	t.Helper()
	for _, found := range regexp.MustCompile(`(\d+) 0 R`).FindAllStringSubmatch(list, -1) {
		numbers = append(numbers, number(t, found[1]))
	}
	return numbers
}

// checkMarks complains unless the marked content of every page is counted from
// 0, well nested, and each number is in the structure tree once, under the
// element that the parent tree names.
func checkMarks(t complainer, objects map[int]object) {
	t.Helper()
	owners := map[[2]int]int{} // page object and MCID → element object
	for n, o := range objects {
		if !strings.HasPrefix(o.body, "<</S/") || !strings.Contains(o.body, "/K[") {
			continue
		}
		home := 0
		if pg := regexp.MustCompile(`^<<.*?/Pg (\d+) 0 R/K\[`).FindStringSubmatch(o.body); pg != nil {
			home = number(t, pg[1])
		}
		kids := o.body[strings.LastIndex(o.body, "/K["):]
		own := func(page, mcid int) {
			if before, twice := owners[[2]int{page, mcid}]; twice {
				t.Errorf("MCID %d of page %d is in the elements %d and %d", mcid, page, before, n)
			}
			owners[[2]int{page, mcid}] = n
		}
		for _, mcr := range regexp.MustCompile(`/MCR/Pg (\d+) 0 R/MCID (\d+)`).FindAllStringSubmatch(kids, -1) {
			own(number(t, mcr[1]), number(t, mcr[2]))
		}
		plain := regexp.MustCompile(`<<[^>]*>>|\d+ 0 R|/K\[|\]>>`).ReplaceAllString(kids, "")
		for mcid := range strings.FieldsSeq(plain) {
			own(home, number(t, mcid))
		}
	}
	marks := 0
	for n, o := range objects {
		if !strings.HasPrefix(o.body, "<</Type/Page/") {
			continue
		}
		contents := references(t, o.body[strings.Index(o.body, "/Contents"):])[0]
		depth, next := 0, 0
		for line := range strings.Lines(string(objects[contents].stream)) {
			switch line = strings.TrimSpace(line); {
			case strings.HasSuffix(line, "BMC"):
				depth++
			case strings.HasSuffix(line, "BDC"):
				depth++
				if got := regexp.MustCompile(`/MCID (\d+)`).FindStringSubmatch(line); number(t, got[1]) != next {
					t.Errorf("page %d counts %s where %d comes next", n, got[1], next)
				}
				if owners[[2]int{n, next}] == 0 {
					t.Errorf("MCID %d of page %d is in no element", next, n)
				}
				next++
			case line == "EMC":
				depth--
			case depth != 1 && line != "" && !strings.HasSuffix(line, "cm") && line != "Q":
				t.Errorf("page %d draws outside of marked content: %s", n, line)
			}
			if depth < 0 || depth > 1 {
				t.Fatalf("page %d nests its marked content: depth %d", n, depth)
			}
		}
		marks += next
		key := regexp.MustCompile(`/StructParents (\d+)`).FindStringSubmatch(o.body)[1]
		for tree, parents := range objects {
			if !strings.HasPrefix(parents.body, "<</Nums[") {
				continue
			}
			list := references(t, regexp.MustCompile(`[\[ ]` + key + ` (\d+ 0 R)`).FindStringSubmatch(parents.body)[1])[0]
			named := references(t, objects[list].body)
			if len(named) != next {
				t.Errorf("the parent tree %d names %d elements for page %d, which marks %d", tree, len(named), n, next)
				continue
			}
			for mcid, element := range named {
				if owners[[2]int{n, mcid}] != element {
					t.Errorf("MCID %d of page %d is in element %d, the parent tree says %d", mcid, n, owners[[2]int{n, mcid}], element)
				}
			}
		}
	}
	if marks != len(owners) {
		t.Errorf("the structure tree names %d pieces of content, the pages have %d", len(owners), marks)
	}
}
