package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newLetter(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "letter",
		GroupID: "setup",
		Short:   "Look at and change what letters say",
		Long: `Letter shows and changes the texts of letters that go out by mail: invoices, notes, reminders, statements,
data sets. Each kind has a text in each language; yours is used in the place of the one that comes with the
program.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newLetterList(c), newLetterShow(c), newLetterSet(c), newLetterDelete(c), newLetterPreview(c))
	return cmd
}

func newLetterList(c *cli) *cobra.Command {
	var of api.OfSeller
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the letters",
		Long:    `List shows the kinds of letters with their subjects in all languages, and which texts are yours.`,
		Example: `  sluice letter list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListLetters.Call(ctx, at, of)
			if err != nil {
				return err
			}
			return c.write(listing[api.LetterText]{
				whole: map[string]any{"letters": all}, rows: all,
				table: grid[api.LetterText]{[]string{"KIND", "LANGUAGE", "TEXT", "SUBJECT"}, func(t api.LetterText) []string {
					return []string{string(t.Kind), t.Language, whose(t), t.Subject}
				}},
			})
		}),
	}
	sellerOption(cmd, &of)
	return cmd
}

func whose(t api.LetterText) string {
	if t.Own {
		return "own"
	}
	return "built-in"
}

// writeLetter writes a text as `letter set` reads it.
func (c *cli) writeLetter(t api.LetterText) error {
	return c.result(t, func(w io.Writer) { fmt.Fprintf(w, "%s\n\n%s\n", t.Subject, strings.TrimRight(t.Body, "\n")) })
}

func newLetterShow(c *cli) *cobra.Command {
	var of api.OfSeller
	cmd := &cobra.Command{
		Use:     "show KIND LANGUAGE",
		Short:   "Show the text of a letter",
		Long:    `Show prints the text of a letter that is in force: its subject, an empty line, and its body.`,
		Example: `  sluice letter show invoice en > invoice.txt`,
		Args:    takes(2, 2, "KIND LANGUAGE"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			all, err := api.ListLetters.Call(ctx, at, of)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(t api.LetterText) bool { return string(t.Kind) == args[0] && t.Language == args[1] })
			if i < 0 {
				return fmt.Errorf("there is no letter %s in %s; `sluice letter list` lists them", args[0], args[1])
			}
			return c.writeLetter(all[i])
		}),
	}
	sellerOption(cmd, &of)
	return cmd
}

// readLetter reads a text: its subject, an empty line, its body.
func readLetter(cmd *cobra.Command, file string) (api.LetterTemplate, error) {
	var text []byte
	var err error
	if file == "-" {
		text, err = io.ReadAll(cmd.InOrStdin())
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return api.LetterTemplate{}, wrong(cmd, err.Error())
	}
	subject, body, found := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n")
	if !found {
		return api.LetterTemplate{}, wrong(cmd, "the text has no body: write the subject, an empty line, and the body")
	}
	return api.LetterTemplate{Subject: strings.TrimSpace(subject), Body: body}, nil
}

func newLetterSet(c *cli) *cobra.Command {
	var of api.OfSeller
	cmd := &cobra.Command{
		Use:   "set KIND LANGUAGE FILE",
		Short: "Set the text of a letter",
		Long: `Set reads the text of a letter from a file, or from standard input where it is -: the subject, an empty line,
and the body. Both name fields in braces, such as {number}. A text that names a field it cannot have is
refused.`,
		Example: `  sluice letter set invoice en invoice.txt`,
		Args:    takes(3, 3, "KIND LANGUAGE FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readLetter(cmd, args[2])
			if err != nil {
				return err
			}
			in := api.LetterInput{OfLetter: api.OfLetter{OfSeller: of, Kind: api.LetterKind(args[0]), Language: args[1]}}
			in.Body.Subject, in.Body.Body = text.Subject, text.Body
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				saved, err := api.SaveLetter.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(saved, func(w io.Writer) { fmt.Fprintf(w, "Letters %s in %s have your text.\n", args[0], args[1]) })
			})
		},
	}
	sellerOption(cmd, &of)
	return cmd
}

func newLetterDelete(c *cli) *cobra.Command {
	var of api.OfSeller
	cmd := &cobra.Command{
		Use:     "delete KIND LANGUAGE",
		Short:   "Take a text of yours away",
		Long:    `Delete takes a text of yours away. Letters have the one that comes with the program from then on.`,
		Example: `  sluice letter delete invoice en`,
		Args:    takes(2, 2, "KIND LANGUAGE"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			now, err := api.RemoveLetter.Call(ctx, at, api.OfLetter{OfSeller: of, Kind: api.LetterKind(args[0]), Language: args[1]})
			if err != nil {
				return err
			}
			return c.result(now, func(w io.Writer) {
				fmt.Fprintf(w, "Letters %s in %s have the text that comes with the program.\n", args[0], args[1])
			})
		}),
	}
	sellerOption(cmd, &of)
	return cmd
}

func newLetterPreview(c *cli) *cobra.Command {
	var in api.LetterPreviewInput
	var file string
	var asHTML bool
	cmd := &cobra.Command{
		Use:   "preview KIND LANGUAGE",
		Short: "Print a letter as it would be sent",
		Long: `Preview prints the very letter that would be sent, with made-up values or about an issued document. Nothing
is sent.`,
		Example: `  sluice letter preview invoice en
  sluice letter preview invoice en --invoice INV-2026-000017 --html > letter.html
  sluice letter preview reminder ja --text reminder.txt`,
		Args: takes(2, 2, "KIND LANGUAGE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Body.Kind, in.Body.Language = api.LetterKind(args[0]), args[1]
			if file != "" {
				text, err := readLetter(cmd, file)
				if err != nil {
					return err
				}
				in.Body.Subject, in.Body.Body = &text.Subject, &text.Body
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				seen, err := api.PreviewLetter.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(seen, func(w io.Writer) {
					if asHTML {
						fmt.Fprint(w, seen.HTML)
						return
					}
					fmt.Fprintf(w, "From: %s\nSubject: %s\n\n%s", seen.From, seen.Subject, seen.Text)
				})
			})
		},
	}
	sellerOption(cmd, &in.OfSeller)
	flags := cmd.Flags()
	flags.StringVar(&in.Body.Invoice, "invoice", "", "`id` or number of the document that it is about")
	flags.StringVar(&file, "text", "", "`file` with a text that is not set yet; - is standard input")
	flags.BoolVar(&asHTML, "html", false, "print the HTML, not the plain text")
	return cmd
}
