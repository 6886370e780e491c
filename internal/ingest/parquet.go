package ingest

import (
	"fmt"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
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
	mapType        = arrow.MapOf(arrow.BinaryTypes.String, arrow.BinaryTypes.String)
)

func nullable(name string, t arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: t, Nullable: true}
}

// lineItems is the schema of line_items, in the order partWriter writes it.
var lineItems = func() *arrow.Schema {
	var fields []arrow.Field
	for _, c := range lake.Texts[:lake.LineItemID] {
		fields = append(fields, nullable(c.Name, dictionaryType))
	}
	fields = append(fields, nullable(lake.Texts[lake.LineItemID].Name, arrow.BinaryTypes.String))
	for _, c := range lake.Numbers {
		fields = append(fields, nullable(c.Name, numberType))
	}
	for _, c := range lake.Instants {
		fields = append(fields, nullable(c.Name, instantType))
	}
	for _, c := range lake.Maps {
		fields = append(fields, nullable(c.Name, mapType))
	}
	fields = append(fields,
		arrow.Field{Name: lake.File.Name, Type: arrow.PrimitiveTypes.Int32},
		arrow.Field{Name: lake.RowNumber.Name, Type: arrow.PrimitiveTypes.Int64},
		arrow.Field{Name: lake.PricingKey.Name, Type: arrow.PrimitiveTypes.Int32})
	return arrow.NewSchema(fields, nil)
}()

func properties() *parquet.WriterProperties {
	return parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(1),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCreatedBy("sluice"),
		parquet.WithMaxRowGroupLength(groupRows),
		// A dictionary of values that never repeat is only work.
		parquet.WithDictionaryFor(lake.Texts[lake.LineItemID].Name, false),
		parquet.WithStatsFor(lake.Texts[lake.LineItemID].Name, false),
		parquet.WithDictionaryFor(lake.RowNumber.Name, false),
		parquet.WithEncodingFor(lake.RowNumber.Name, parquet.Encodings.DeltaBinaryPacked),
	)
}

// partWriter writes sorted runs into one Parquet file.
type partWriter struct {
	file *os.File
	out  *pqarrow.FileWriter
}

func newPartWriter(path string) (*partWriter, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	out, err := pqarrow.NewFileWriter(lineItems, file, properties(), pqarrow.DefaultWriterProps())
	if err != nil {
		file.Close()
		return nil, err
	}
	return &partWriter{file, out}, nil
}

// write sorts the run and writes it as row groups.
func (w *partWriter) write(r *run) error {
	order := r.order()
	for len(order) > 0 {
		n := min(groupRows, len(order))
		if err := w.writeGroup(r, order[:n]); err != nil {
			return fmt.Errorf("writing %s: %w", w.file.Name(), err)
		}
		order = order[n:]
	}
	return nil
}

func (w *partWriter) writeGroup(r *run, order []int32) error {
	w.out.NewRowGroup()
	write := func(a arrow.Array) error {
		defer a.Release()
		return w.out.WriteColumnData(a)
	}
	for i := range r.texts {
		if err := write(dictionaryArray(&r.texts[i], order)); err != nil {
			return err
		}
	}
	if err := write(plainArray(&r.ids, order)); err != nil {
		return err
	}
	for i := range r.numbers {
		if err := write(numberArray(&r.numbers[i], order)); err != nil {
			return err
		}
	}
	for i := range r.instants {
		if err := write(instantArray(r.instants[i], order)); err != nil {
			return err
		}
	}
	for i := range r.maps {
		if err := write(mapArray(&r.maps[i], order)); err != nil {
			return err
		}
	}
	if err := write(fixedArray(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(pick(r.files, order)), nil, len(order), 0)); err != nil {
		return err
	}
	if err := write(fixedArray(arrow.PrimitiveTypes.Int64, arrow.Int64Traits.CastToBytes(pick(r.rows, order)), nil, len(order), 0)); err != nil {
		return err
	}
	return write(fixedArray(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(pick(r.keys, order)), nil, len(order), 0))
}

// close ends the file; it is complete only when close returns nil.
func (w *partWriter) close() error {
	return w.out.Close() // closes the file too
}

func pick[T any](values []T, order []int32) []T {
	picked := make([]T, len(order))
	for i, at := range order {
		picked[i] = values[at]
	}
	return picked
}

// fixedArray wraps raw values; valid may be nil when none is null.
func fixedArray(t arrow.DataType, values, valid []byte, n, nulls int) arrow.Array {
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(values)}
	if nulls > 0 {
		buffers[0] = memory.NewBufferBytes(valid)
	}
	data := array.NewData(t, n, buffers, nil, nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

// dictionaryArray gives the picked rows with a dictionary of just their values.
func dictionaryArray(c *textColumn, order []int32) arrow.Array {
	renumber := make([]int32, len(c.values))
	for i := range renumber {
		renumber[i] = null
	}
	values := array.NewStringBuilder(memory.DefaultAllocator)
	defer values.Release()
	ids, valid, nulls := make([]int32, len(order)), make([]byte, bitutil.BytesForBits(int64(len(order)))), 0
	for i, at := range order {
		id := c.rows[at]
		if id == null {
			nulls++
			continue
		}
		if renumber[id] == null {
			renumber[id] = int32(values.Len())
			values.Append(c.values[id])
		}
		ids[i] = renumber[id]
		bitutil.SetBit(valid, i)
	}
	dictionary := values.NewArray()
	defer dictionary.Release()
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(ids))}
	if nulls > 0 {
		buffers[0] = memory.NewBufferBytes(valid)
	}
	data := array.NewDataWithDictionary(dictionaryType, len(order), buffers, nulls, 0, dictionary.Data().(*array.Data))
	defer data.Release()
	return array.NewDictionaryData(data)
}

func plainArray(c *plainColumn, order []int32) arrow.Array {
	values := array.NewStringBuilder(memory.DefaultAllocator)
	defer values.Release()
	values.Reserve(len(order))
	for _, at := range order {
		if text := c.at(at); len(text) > 0 {
			values.BinaryBuilder.Append(text)
		} else {
			values.AppendNull()
		}
	}
	return values.NewArray()
}

func numberArray(c *numberColumn, order []int32) arrow.Array {
	values, valid, nulls := make([]decimal128.Num, len(order)), make([]byte, bitutil.BytesForBits(int64(len(order)))), 0
	for i, at := range order {
		id := c.rows[at]
		if id == null {
			nulls++
			continue
		}
		values[i] = decimal128.New(c.values[id].Hi, c.values[id].Lo)
		bitutil.SetBit(valid, i)
	}
	return fixedArray(numberType, arrow.Decimal128Traits.CastToBytes(values), valid, len(order), nulls)
}

func instantArray(times []int64, order []int32) arrow.Array {
	values, valid, nulls := make([]int64, len(order)), make([]byte, bitutil.BytesForBits(int64(len(order)))), 0
	for i, at := range order {
		if times[at] == noTime {
			nulls++
			continue
		}
		values[i] = times[at]
		bitutil.SetBit(valid, i)
	}
	return fixedArray(instantType, arrow.Int64Traits.CastToBytes(values), valid, len(order), nulls)
}

func mapArray(c *mapColumn, order []int32) arrow.Array {
	b := array.NewMapBuilder(memory.DefaultAllocator, arrow.BinaryTypes.String, arrow.BinaryTypes.String, false)
	defer b.Release()
	keys, values := b.KeyBuilder().(*array.StringBuilder), b.ItemBuilder().(*array.StringBuilder)
	for _, at := range order {
		id := c.rows[at]
		if id == null {
			b.AppendNull()
			continue
		}
		b.Append(true)
		c.pairs(id, func(key, value string) {
			keys.Append(key)
			values.Append(value)
		})
	}
	return b.NewArray()
}

// writeKeys writes the pricing keys of a load: one row a key, in the order of
// their numbers.
func writeKeys(path string, keys *keySet) error {
	fields := []arrow.Field{{Name: lake.PricingKey.Name, Type: arrow.PrimitiveTypes.Int32}}
	for _, c := range lake.Texts[:lake.KeyTexts] {
		fields = append(fields, nullable(c.Name, arrow.BinaryTypes.String))
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
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out, err := pqarrow.NewFileWriter(schema, file, properties(), pqarrow.DefaultWriterProps())
	if err != nil {
		file.Close()
		return err
	}
	if err := out.Write(record); err != nil {
		return err
	}
	return out.Close()
}
