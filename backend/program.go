package backend

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// Main is the main function of a backend: it reads the flags -listen, -certificate and
// -key beside those that the program has defined, serves until it is interrupted or
// terminated, logs to the standard error as JSON, and ends the program.
func Main(v Vendor) {
	listen := flag.String("listen", "grpc://127.0.0.1:7070", "address: grpc://host:port, grpcs://host:port or unix:///path")
	certificate := flag.String("certificate", "", "PEM file of the certificate, for grpcs://")
	key := flag.String("key", "", "PEM file of the certificate's key")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	log.Info("listening", "address", *listen)
	err := Server{Vendor: v, Certificate: *certificate, Key: *key, Log: log}.Serve(ctx, *listen)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
