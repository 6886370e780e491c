package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

// customerVariable names, for the stand-in of AWS's command line in a script, the
// account that it is signed in to.
const customerVariable = "SLUICE_TEST_AWS_CUSTOMER"

// The organization of the page: a payer, an account that it has already, and the one
// that is to be linked. The key is that of AWS's own documentation.
const (
	tutorialPayer    = "111111111111"
	tutorialMember   = "600000000002"
	tutorialCustomer = "600000000001"
	tutorialKey      = "AKIAIOSFODNN7EXAMPLE"
)

// scriptsAWS has the *awsstub.Server of each running *testscript.TestScript that
// started one.
var scriptsAWS sync.Map

// startAWS is the script command `aws-stub`: it starts a server that answers as AWS
// does, with the organization of the page, and has the script's programs reach it.
// The server's day is 10 November 2026, so that pages can show when an account
// joined. `aws-stub check` fails on what the server found wrong with requests.
func startAWS(ts *testscript.TestScript, neg bool, args []string) {
	if !neg && len(args) == 1 && args[0] == "check" {
		started, ok := scriptsAWS.Load(ts)
		if !ok {
			ts.Fatalf("aws-stub was not started")
		}
		if problems := started.(*awsstub.Server).TakeProblems(); len(problems) > 0 {
			ts.Fatalf("stub of AWS: %s", strings.Join(problems, "\n"))
		}
		return
	}
	if neg || len(args) != 0 {
		ts.Fatalf("usage: aws-stub [check]")
	}
	data := os.Getenv("SLUICE_TESTDATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	server, err := awsstub.NewServer(data)
	ts.Check(err)
	scriptsAWS.Store(ts, server)
	ts.Defer(func() {
		scriptsAWS.Delete(ts)
		server.Close()
	})
	server.SetClock(func() time.Time { return time.Date(2026, time.November, 10, 9, 30, 0, 0, time.UTC) })
	server.Key(tutorialKey, tutorialPayer)
	server.Organization(tutorialPayer).Add(awsstub.Account{ID: tutorialMember, Name: "Workshop"})
	nothing := ts.MkAbs("nothing")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL(), "AWS_REGION": awsstub.Region, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing,
		"PAYER_KEY": awsstub.SecretKey(), customerVariable: tutorialCustomer,
	} {
		ts.Setenv(name, value)
	}
}

// customersAWS is the program `aws` of a script: of AWS's own command line it knows
// the commands by which a customer finds invitations and answers them, with the
// output that the page asks for.
func customersAWS() {
	if err := answerAsCustomer(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(255) // as AWS's program does where the service refuses
	}
}

func answerAsCustomer(ctx context.Context, args []string) error {
	client := organizations.New(organizations.Options{
		Region: awsstub.Region, BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL")),
		Credentials: credentials.NewStaticCredentialsProvider(awsstub.AccessKey(os.Getenv(customerVariable)), awsstub.SecretKey(), ""),
	})
	command, id := "", ""
	if len(args) > 1 {
		command = args[0] + " " + args[1]
	}
	if len(args) > 3 && args[2] == "--handshake-id" {
		id = args[3]
	}
	switch command {
	case "organizations list-handshakes-for-account":
		found, err := client.ListHandshakesForAccount(ctx, &organizations.ListHandshakesForAccountInput{})
		if err != nil {
			return err
		}
		for _, h := range found.Handshakes {
			fmt.Println(aws.ToString(h.Id) + "\t" + string(h.State))
		}
		return nil
	case "organizations accept-handshake":
		done, err := client.AcceptHandshake(ctx, &organizations.AcceptHandshakeInput{HandshakeId: aws.String(id)})
		if err != nil {
			return err
		}
		fmt.Println(done.Handshake.State)
		return nil
	}
	return errors.New("the scripts' aws does not know this command")
}
