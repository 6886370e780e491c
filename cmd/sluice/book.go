package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

func newBook(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "book",
		GroupID: "setup",
		Short:   "Look after price books",
		Long: `Book checks price books before anybody is billed by them: it runs their examples and finds rules that do
nothing, or not what is meant. It also brings books in from other products, and writes books out.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newBookList(c), newBookLint(c), newBookExamples(c), newBookImport(c), newBookExport(c))
	return cmd
}

// books are price books that a command is about, and where they come from.
type books struct {
	list   []billing.PriceBook
	read   config.Declaration // of the files; nothing is in it where the books are stored
	config billing.Config     // of the files
	files  bool
}

// place is where a file has a part of a book; of a stored book it is its id.
func (b books) place(book, inner string) string {
	if at := b.read.Place("price_books", book, inner); at != "" {
		return at
	}
	return book
}

// isFile tells whether an argument names a file or folder, not a book.
func isFile(arg string) bool {
	if slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(arg)) {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

// booksOf reads the books of files, or those of the installation: the named
// ones, or all.
func (c *cli) booksOf(cmd *cobra.Command, args []string) (books, error) {
	files := slices.ContainsFunc(args, isFile)
	if files {
		read, err := config.Read(args...)
		if err != nil {
			return books{}, &argumentError{message: listed("the configuration is wrong", err)}
		}
		b := books{list: read.Config.PriceBooks, read: read, config: read.Config, files: true}
		if len(b.list) == 0 {
			return b, wrong(cmd, "the files declare no price book")
		}
		return b, nil
	}
	var b books
	err := c.place(cmd, func(ctx context.Context, at api.Place) (err error) {
		b.list, err = namedBooks(ctx, cmd, at, args)
		return err
	})
	return b, err
}

// namedBooks are the books in force with the given ids, or all where none are given.
func namedBooks(ctx context.Context, cmd *cobra.Command, at api.Place, ids []string) ([]billing.PriceBook, error) {
	declared, err := api.ShowConfig.Call(ctx, at, api.Sections{Kinds: []string{"price_books"}})
	if err != nil {
		return nil, err
	}
	var all []string
	for _, b := range declared.PriceBooks {
		all = append(all, b.ID)
	}
	if len(ids) == 0 {
		if len(all) == 0 {
			return nil, wrong(cmd, "the installation has no price book")
		}
		return declared.PriceBooks, nil
	}
	var found []billing.PriceBook
	for _, id := range ids {
		i := slices.Index(all, id)
		if i < 0 {
			err := wrong(cmd, fmt.Sprintf("there is no price book %q, and no such file", id))
			if near := billing.Nearest(id, all); near != "" {
				err.hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, err
		}
		found = append(found, declared.PriceBooks[i])
	}
	return found, nil
}

// completeBook offers the ids of the installation's books, and files.
func (c *cli) completeBook(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ids, directive := c.offerAt(cmd, func(ctx context.Context, at api.Place) ([]string, error) {
		books, err := api.ListBooks.Call(ctx, at, struct{}{})
		var ids []string
		for _, b := range books {
			ids = append(ids, b.ID+"\t"+counted(int64(b.Rules), "rule", "rules"))
		}
		return ids, err
	})
	return ids, directive &^ cobra.ShellCompDirectiveNoFileComp
}
