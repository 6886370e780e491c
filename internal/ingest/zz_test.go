package ingest_test
import ("testing";"path/filepath")
func TestZZ(t *testing.T){
 e:=openEngine(t)
 root:=testdata(t,"")
 for _,g:=range []string{"koku-provider-csv/*.csv*","azure-*/*.csv","azure-*/src/*/*/*.csv","azure-*/src/*/*/*/*.csv"} {
  fs,_:=filepath.Glob(filepath.Join(root,g))
  for _,f:=range fs { _,r,err:=load(t,e,"1234567890123","2018-06",f); t.Log(f,"\n   ",err); for _,x:=range r.Findings{t.Logf("    %+v",x)} }
 }
 dir,_,err:=load(t,e,"123456789012","2018-10",testdata(t,walabs+"Oct2018-WorkshopCUR-00001.snappy.parquet"))
 t.Log(dir,err)
 dir,r,err:=load(t,e,walabsPayer,"2018-10",testdata(t,walabs+"Oct2018-WorkshopCUR-00001.snappy.parquet"))
 t.Log(r.Findings, sums(t,e,dir,"x_line_item_type","1"))
}
