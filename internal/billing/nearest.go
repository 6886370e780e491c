package billing

import "strings"

// Nearest returns the option that somebody who wrote word may have meant: one
// that differs in capitals, else in the fewest letters, up to a third of the
// word's. It is empty where none is near.
func Nearest(word string, options []string) string {
	const longest = 200 // beyond it, looking costs much and helps nobody
	if len(word) > longest {
		return ""
	}
	best, bestDistance := "", max(1, len(word)/3)+1
	for _, option := range options {
		switch {
		case option == "" || len(option) > longest || max(len(option)-len(word), len(word)-len(option)) >= bestDistance:
		case strings.EqualFold(word, option):
			return option
		default:
			if d := distance(word, option); d < bestDistance {
				best, bestDistance = option, d
			}
		}
	}
	return best
}

// distance is the number of letters to insert, delete or replace to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
