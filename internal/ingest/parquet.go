package ingest

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/sluice-billing/sluice/internal/lake"
)

// groupRows is how many rows a row group has: small, so that a reader who
// wants one account skips most of a sorted run.
const groupRows = 1 << 16

var (
	dictionaryType = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	numberType     = &arrow.Decimal128Type{Precision: 38, Scale: 18}
	instantType    = &arrow.TimestampType{Unit: arrow.Microsecond} // without zone: all of Sluice is UTC
	mapType        = func() arrow.DataType {
		t := arrow.MapOf(arrow.BinaryTypes.String, arrow.BinaryTypes.String)
		t.SetItemNullable(false)
		return t
	}()
)

// lineItems is the schema of line_items, in the order partWriter writes it.
var lineItems = func() *arrow.Schema {
	var fields []arrow.Field
	nullable := func(name string, t arrow.DataType) {
		fields = append(fields, arrow.Field{Name: name, Type: t, Nullable: true})
	}
	for _, c := range lake.Texts {
		nullable(c.Name, arrow.BinaryTypes.String)
	}
	for _, c := range lake.Numbers {
		nullable(c.Name, numberType)
	}
	for _, c := range lake.Instants {
		nullable(c.Name, instantType)
	}
	for _, c := range lake.Maps {
		nullable(c.Name, mapType)
	}
	fields = append(fields,
		arrow.Field{Name: lake.File.Name, Type: arrow.PrimitiveTypes.Int32},
		arrow.Field{Name: lake.RowNumber.Name, Type: arrow.PrimitiveTypes.Int64},
		arrow.Field{Name: lake.PricingKey.Name, Type: arrow.PrimitiveTypes.Int32})
	return arrow.NewSchema(fields, nil)
}()

func properties() *parquet.WriterProperties {
	options := []parquet.WriterProperty{
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(1),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCreatedBy("sluice"),
		parquet.WithMaxRowGroupLength(groupRows),
		// A reader looks for accounts and services; other statistics are only work.
		parquet.WithStats(false),
		parquet.WithStatsFor(lake.Texts[lake.SubAccountID].Name, true),
		parquet.WithStatsFor(lake.Texts[lake.ServiceCode].Name, true),
		// So is a dictionary of values that hardly repeat.
		parquet.WithDictionaryFor(lake.Texts[lake.LineItemID].Name, false),
		parquet.WithDictionaryFor(lake.RowNumber.Name, false),
		parquet.WithEncodingFor(lake.RowNumber.Name, parquet.Encodings.DeltaBinaryPacked),
	}
	for _, c := range lake.Numbers {
		options = append(options, parquet.WithDictionaryFor(c.Name, false))
	}
	return parquet.NewWriterProperties(options...)
}

// partWriter writes sorted runs into one Parquet file. It writes the leaves of
// a row group itself, from the run's own indices: that is a third of the work
// of building whole records first.
type partWriter struct {
	file  *os.File
	out   *file.Writer
	group file.SerialRowGroupWriter
	err   error // the first one

	levels  []int16 // definition levels, reused
	ids     []int32
	numbers []byte
}

func newPartWriter(path string) (*partWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	schema, err := pqarrow.ToParquet(lineItems, properties(), pqarrow.DefaultWriterProps())
	if err != nil {
		f.Close()
		return nil, err
	}
	return &partWriter{file: f, out: file.NewParquetWriter(f, schema.Root(), file.WithWriterProps(properties()))}, nil
}

// write sorts the run and writes it as row groups.
func (w *partWriter) write(r *run) error {
	for order := r.order(); len(order) > 0; {
		n := min(groupRows, len(order))
		w.writeGroup(r, order[:n])
		if w.err != nil {
			return fmt.Errorf("writing %s: %w", w.file.Name(), w.err)
		}
		order = order[n:]
	}
	return nil
}

// close ends the file; it is complete only when close returns nil.
func (w *partWriter) close() error { return w.out.Close() } // closes the file too

func (w *partWriter) writeGroup(r *run, order []int32) {
	if w.group, w.err = w.out.AppendRowGroupChecked(); w.err != nil {
		return
	}
	for i := range r.texts {
		w.writeText(&r.texts[i], order)
	}
	w.writePlain(&r.ids, order)
	for i := range r.numbers {
		w.writeNumbers(&r.numbers[i], order)
	}
	for i := range r.instants {
		w.writeInstants(r.instants[i], order)
	}
	for i := range r.maps {
		w.writeMap(&r.maps[i], order)
	}
	writeColumn(w, func(c *file.Int32ColumnChunkWriter) (int64, error) {
		return c.WriteBatch(pick(r.files, order), nil, nil)
	})
	writeColumn(w, func(c *file.Int64ColumnChunkWriter) (int64, error) {
		return c.WriteBatch(pick(r.rows, order), nil, nil)
	})
	writeColumn(w, func(c *file.Int32ColumnChunkWriter) (int64, error) {
		return c.WriteBatch(pick(r.keys, order), nil, nil)
	})
	if w.err == nil {
		w.err = w.group.Close()
	}
}

// writeColumn writes the next column of the row group, whose writer is a C.
func writeColumn[C file.ColumnChunkWriter](w *partWriter, write func(C) (int64, error)) {
	if w.err != nil {
		return
	}
	next, err := w.group.NextColumn()
	if err != nil {
		w.err = err
		return
	}
	if _, w.err = write(next.(C)); w.err == nil {
		w.err = next.Close()
	}
}

func pick[T any](values []T, order []int32) []T {
	picked := make([]T, len(order))
	for i, at := range order {
		picked[i] = values[at]
	}
	return picked
}

// startLevels returns room for n definition levels.
func (w *partWriter) startLevels(n int) []int16 {
	if cap(w.levels) < n {
		w.levels = make([]int16, n)
	}
	w.levels = w.levels[:n]
	clear(w.levels)
	return w.levels
}

func (w *partWriter) startIDs(n int) []int32 {
	if cap(w.ids) < n {
		w.ids = make([]int32, n)
	}
	return w.ids[:n]
}

// writeText writes a nullable column with a dictionary of the picked values.
func (w *partWriter) writeText(c *textColumn, order []int32) {
	levels, ids := w.startLevels(len(order)), w.startIDs(len(order))
	valid, nulls := make([]byte, bitutil.BytesForBits(int64(len(order)))), 0
	dictionary := newDictionary(len(c.values))
	if len(c.values) == 0 { // as most columns are
		nulls, order = len(order), nil
	}
	for i, row := range order {
		id := c.at(row)
		if id == null {
			ids[i] = 0
			nulls++
			continue
		}
		ids[i] = dictionary.number(id, c.values)
		levels[i] = 1
		bitutil.SetBit(valid, i)
	}
	values := dictionary.array(ids, valid, nulls)
	defer values.Release()
	writeColumn(w, func(c file.ColumnChunkWriter) (int64, error) {
		return 0, pqarrow.WriteArrowToColumn(arrowContext(), c, values, levels, nil, true)
	})
}

func arrowContext() context.Context {
	return pqarrow.NewArrowWriteContext(context.Background(), nil)
}

// dictionary numbers the values that are really used, in the order of use.
type dictionary struct {
	renumber []int32
	values   *array.StringBuilder
}

func newDictionary(size int) *dictionary {
	d := &dictionary{make([]int32, size), array.NewStringBuilder(memory.DefaultAllocator)}
	for i := range d.renumber {
		d.renumber[i] = null
	}
	return d
}

func (d *dictionary) number(id int32, values []string) int32 {
	if d.renumber[id] == null {
		d.renumber[id] = int32(d.values.Len())
		d.values.Append(values[id])
	}
	return d.renumber[id]
}

// array ends the dictionary and returns the rows that use it. ids must stay
// as they are until the array was written.
func (d *dictionary) array(ids []int32, valid []byte, nulls int) arrow.Array {
	values := d.values.NewArray()
	defer values.Release()
	d.values.Release()
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(ids))}
	if nulls > 0 {
		buffers[0] = memory.NewBufferBytes(valid)
	}
	data := array.NewDataWithDictionary(dictionaryType, len(ids), buffers, nulls, 0, values.Data().(*array.Data))
	defer data.Release()
	return array.NewDictionaryData(data)
}

func (w *partWriter) writePlain(c *plainColumn, order []int32) {
	levels, values := w.startLevels(len(order)), make([]parquet.ByteArray, 0, len(order))
	for i, row := range order {
		if text := c.at(row); len(text) > 0 {
			levels[i] = 1
			values = append(values, text)
		}
	}
	writeColumn(w, func(c *file.ByteArrayColumnChunkWriter) (int64, error) { return c.WriteBatch(values, levels, nil) })
}

// writeNumbers writes DECIMAL(38,18) as 16 bytes, high byte first.
func (w *partWriter) writeNumbers(c *numberColumn, order []int32) {
	levels, numbers := w.startLevels(len(order)), w.numbers[:0]
	if len(c.values) == 0 {
		order = nil
	}
	for i, row := range order {
		if id := at(c.rows, row); id != null {
			levels[i] = 1
			numbers = binary.BigEndian.AppendUint64(numbers, uint64(c.values[id].Hi))
			numbers = binary.BigEndian.AppendUint64(numbers, c.values[id].Lo)
		}
	}
	w.numbers = numbers
	writeColumn(w, func(c *file.FixedLenByteArrayColumnChunkWriter) (int64, error) {
		return c.WriteBatchArrow(numbers, levels, nil)
	})
}

func (w *partWriter) writeInstants(times []int64, order []int32) {
	levels, values := w.startLevels(len(order)), make([]int64, 0, len(order))
	for i, row := range order {
		if times[row] != noTime {
			levels[i] = 1
			values = append(values, times[row])
		}
	}
	writeColumn(w, func(c *file.Int64ColumnChunkWriter) (int64, error) { return c.WriteBatch(values, levels, nil) })
}

// writeMap writes the leaves key and value of a nullable map: level 0 is a row
// without a map, level 2 an entry, of which all but a row's first repeat.
func (w *partWriter) writeMap(c *mapColumn, order []int32) {
	levels, repeats := make([]int16, 0, 4*len(order)), make([]int16, 0, 4*len(order))
	keys, values := newTextColumn(0), newTextColumn(0)
	keys.rows, values.rows = make([]int32, 0, 4*len(order)), make([]int32, 0, 4*len(order))
	type pair struct{ key, value int32 }
	known := make([][]pair, len(c.values)) // the entries of each distinct map
	for _, row := range order {
		id := c.at(row)
		if id == null {
			levels, repeats = append(levels, 0), append(repeats, 0)
			continue
		}
		if known[id] == nil {
			for _, e := range c.entries(id) {
				known[id] = append(known[id], pair{keys.id([]byte(e.key)), values.id([]byte(e.value))})
			}
		}
		repeat := int16(0)
		for _, p := range known[id] {
			keys.rows, values.rows = append(keys.rows, p.key), append(values.rows, p.value)
			levels, repeats = append(levels, 2), append(repeats, repeat)
			repeat = 1
		}
	}
	for _, leaf := range []textColumn{keys, values} {
		dictionary := newDictionary(len(leaf.values))
		ids := make([]int32, len(leaf.rows))
		for i, id := range leaf.rows {
			ids[i] = dictionary.number(id, leaf.values)
		}
		entries := dictionary.array(ids, nil, 0)
		writeColumn(w, func(c file.ColumnChunkWriter) (int64, error) {
			return 0, pqarrow.WriteArrowToColumn(arrowContext(), c, entries, levels, repeats, false)
		})
		entries.Release()
	}
}

// writeKeys writes the pricing keys of a load: one row a key, in the order of
// their numbers.
func writeKeys(path string, keys *keySet) error {
	fields := []arrow.Field{{Name: lake.PricingKey.Name, Type: arrow.PrimitiveTypes.Int32}}
	for _, c := range lake.Texts[:lake.KeyTexts] {
		fields = append(fields, arrow.Field{Name: c.Name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for number, key := range keys.keys {
		b.Field(0).(*array.Int32Builder).Append(int32(number))
		for i, text := range key {
			column := b.Field(1 + i).(*array.StringBuilder)
			if text == "" {
				column.AppendNull()
			} else {
				column.Append(text)
			}
		}
	}
	record := b.NewRecordBatch()
	defer record.Release()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out, err := pqarrow.NewFileWriter(schema, f, properties(), pqarrow.DefaultWriterProps())
	if err != nil {
		f.Close()
		return err
	}
	if err := out.Write(record); err != nil {
		return err
	}
	return out.Close()
}
