// Package proofreader is for tests only: it has documents checked by programs
// that nobody here wrote. Electronic invoices are held against the schemas and
// published rules that phive carries (EN 16931, XRechnung, Peppol BIS Billing,
// PINT Japan, Factur-X), PDF files against veraPDF, and Factur-X as a whole
// against Mustang. fetch.sh, which make tools runs, fetches them; they run in
// one Java machine for each test program, which ends with it.
package proofreader

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Kind is what a document is to be.
type Kind string

// The kinds. Each XML kind is checked against its schema first, and against its
// rules where the schema is kept.
const (
	EN16931UBL   Kind = "en16931-ubl" // UBL 2.1 Invoice or CreditNote by EN 16931
	EN16931CII   Kind = "en16931-cii" // UN/CEFACT CII D16B by EN 16931
	XRechnungUBL Kind = "xrechnung-ubl"
	XRechnungCII Kind = "xrechnung-cii"
	PeppolBIS3   Kind = "peppol-bis3" // Peppol BIS Billing 3, Invoice or CreditNote
	PintJP       Kind = "pint-jp"     // Peppol PINT Japan, Invoice or CreditNote
	FacturXXML   Kind = "facturx-xml" // the XML of a Factur-X document, profile EN 16931
	FacturX      Kind = "facturx"     // a PDF with XML: PDF/A-3, XMP, attachment and rules
	PDFA3B       Kind = "pdfa-3b"
	PDFA3A       Kind = "pdfa-3a"
	PDFUA1       Kind = "pdfua-1"
)

// Finding is what a checker holds against a document.
type Finding struct {
	Severity string // "error", "warning" or "note"
	Rule     string // such as BR-CO-15, "XSD", or a clause and test of PDF/A: 6.2.11-1
	Text     string // what the rule says, in the words of its authors
	Place    string // XPath, or where in the PDF; may be empty
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s (%s)", f.Severity, f.Rule, f.Text, f.Place)
}

// Errors are the findings that make a document invalid.
func Errors(findings []Finding) []Finding {
	var wrong []Finding
	for _, f := range findings {
		if f.Severity == "error" {
			wrong = append(wrong, f)
		}
	}
	return wrong
}

// Checker asks the checkers. It may be used by several tests at once; they wait
// for one another.
type Checker struct {
	mu        sync.Mutex
	questions io.Writer
	answers   *bufio.Reader
	said      *tail // what went wrong inside, for when it ends
}

// started is the checker of this test program, or why there is none.
var started = sync.OnceValues(start)

// Start returns the checker of this test program. It skips the test where Java
// or what fetch.sh fetches is missing.
func Start(t testing.TB) *Checker {
	t.Helper()
	c, err := started()
	if err != nil {
		t.Skip("the checkers of invoices are not here: " + err.Error())
	}
	return c
}

func start() (*Checker, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("java is not installed")
	}
	home, err := folder()
	if err != nil {
		return nil, err
	}
	// Starting fast matters more than running fast.
	command := exec.Command(java, "-Xmx1500m", "-Xss8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
		"-cp", filepath.Join(home, "loop"), "Proofreader", home)
	c := &Checker{said: new(tail)}
	command.Stderr = c.said
	if c.questions, err = command.StdinPipe(); err != nil {
		return nil, err
	}
	answers, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.answers = bufio.NewReader(answers)
	// Its input ends with this program, and it with its input.
	return c, command.Start()
}

// folder is .tools/proofreader of the repository that the test runs in.
func folder() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(at) == at {
			return "", errors.New("the test runs outside the repository")
		}
		at = filepath.Dir(at)
	}
	home := filepath.Join(at, ".tools", "proofreader")
	if _, err := os.Stat(filepath.Join(home, "made")); err != nil {
		return "", errors.New("run make tools, with a JDK and Maven installed")
	}
	return home, nil
}

// Check has the file checked as a document of the kind and returns what was
// found, nothing when all is well. A checker that fails ends the test.
func (c *Checker) Check(t testing.TB, kind Kind, file string) []Finding {
	t.Helper()
	absolute, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.ask(kind, absolute)
	if err != nil {
		t.Fatalf("checking %s as %s: %v", file, kind, err)
	}
	return found
}

// CheckBytes is Check for a document in memory.
func (c *Checker) CheckBytes(t testing.TB, kind Kind, document []byte) []Finding {
	t.Helper()
	ending := ".xml"
	if bytes.HasPrefix(document, []byte("%PDF")) {
		ending = ".pdf"
	}
	file := filepath.Join(t.TempDir(), "document"+ending)
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Fatal(err)
	}
	return c.Check(t, kind, file)
}

func (c *Checker) ask(kind Kind, file string) ([]Finding, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := fmt.Fprintf(c.questions, "%s\t%s\n", kind, file); err != nil {
		return nil, fmt.Errorf("the checker has ended: %w\n%s", err, c.said)
	}
	var found []Finding
	var problem error
	for {
		line, err := c.answers.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("the checker has ended: %w\n%s", err, c.said)
		}
		line = strings.TrimSuffix(line, "\n")
		if line == "." {
			return found, problem
		}
		if reason, ok := strings.CutPrefix(line, "!"); ok {
			problem = errors.New(reason)
			continue
		}
		part := strings.SplitN(line, "\t", 4)
		if len(part) < 4 {
			return nil, fmt.Errorf("the checker answers %q", line)
		}
		found = append(found, Finding{part[0], part[1], part[2], part[3]})
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-tailSize):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
