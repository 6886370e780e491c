package source

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob/s3blob"
)

// server is an S3 server on a folder of this machine.
type server struct {
	endpoint string
	folder   string // holds one folder for each bucket
}

// startS3 starts versitygw, or skips the test where it is not installed.
func startS3(t *testing.T) server {
	t.Helper()
	binary := findBinary(t, "versitygw")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()

	s := server{endpoint: "http://" + address, folder: t.TempDir()}
	var log strings.Builder
	command := exec.Command(binary, "--access", "testkey", "--secret", "testsecret123", "--port", address, "posix", s.folder)
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	t.Setenv("AWS_ACCESS_KEY_ID", "testkey")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "testsecret123")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	for deadline := time.Now().Add(20 * time.Second); ; {
		response, err := http.Get(s.endpoint)
		if err == nil {
			response.Body.Close()
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("versitygw does not answer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func findBinary(t *testing.T, name string) string {
	t.Helper()
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/"
	}
	for _, file := range []string{filepath.Join("..", "..", ".tools", "bin", name), filepath.Join(home, "go", "bin", name)} {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	t.Skipf("%s is not installed; run `make tools`", name)
	return ""
}

func (s server) address(bucket, prefix string) string {
	query := url.Values{"endpoint": {s.endpoint}, "use_path_style": {"true"}, "region": {"us-east-1"}}
	return "s3://" + bucket + "/" + prefix + "?" + query.Encode()
}

// fill puts the tree's files into a new bucket, through the server.
func (s server) fill(t *testing.T, bucket string, tr tree) {
	t.Helper()
	ctx := context.Background()
	if err := os.Mkdir(filepath.Join(s.folder, bucket), 0o777); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s.address(bucket, ""))
	if err != nil {
		t.Fatal(err)
	}
	b, err := new(s3blob.URLOpener).OpenBucketURL(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for key, data := range tr.files {
		if err := b.WriteAll(ctx, key, data, nil); err != nil {
			t.Fatal(err)
		}
	}
	tr.setTimes(t, filepath.Join(s.folder, bucket))
}

func TestTreesInBucket(t *testing.T) {
	s := startS3(t)
	count := 0
	eachTree(t, func(t *testing.T, tr tree) {
		count++
		bucket := fmt.Sprintf("bucket-%d", count)
		s.fill(t, bucket, tr)
		root := ""
		if tr.open != "" {
			root = tr.open + "/"
		}
		tr.check(t, open(t, s.address(bucket, tr.open)), root)
	})
}

// An object overwritten with as many bytes is noticed by its ETag.
func TestVerifyInBucket(t *testing.T) {
	s := startS3(t)
	tr := readTree(t, "testdata/cur2-overwrite.txtar")
	s.fill(t, "bucket", tr)
	p := open(t, s.address("bucket", ""))
	deliveries, err := p.Deliveries(context.Background(), tr.kind, tr.period)
	if err != nil || len(deliveries) != 1 {
		t.Fatalf("%v, %v", deliveries, err)
	}
	key := deliveries[0].Files[0].Key
	if err := p.bucket.WriteAll(context.Background(), key, []byte("2\n"), nil); err != nil {
		t.Fatal(err)
	}
	err = p.Verify(context.Background(), deliveries[0])
	if err == nil || !strings.Contains(err.Error(), key+" is not as it was listed") {
		t.Errorf("error is %v", err)
	}
	again, err := p.Deliveries(context.Background(), tr.kind, tr.period)
	if err != nil || again[0].Version == deliveries[0].Version {
		t.Errorf("overwritten, the version is still %v, %v", again, err)
	}
}

func TestBucketThatCannotBeListed(t *testing.T) {
	s := startS3(t)
	_, err := Open(context.Background(), s.address("no-such-bucket", "x"), Access{})
	if err == nil || !strings.Contains(err.Error(), "s3://no-such-bucket/x/ cannot be listed: there is no bucket no-such-bucket; correct the bucket in the source's address") {
		t.Errorf("error is %v", err)
	}
	if strings.Contains(fmt.Sprint(err), "testsecret123") {
		t.Error("the error tells the secret")
	}
}
