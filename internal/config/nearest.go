package config

import "fmt"

// didYouMean returns ` did you mean "x"?` for the option nearest to word, or
// nothing when none is near.
func didYouMean(word string, options []string) string {
	const longest, most = 200, 1000 // beyond these, looking costs much and helps nobody
	if len(word) > longest {
		return ""
	}
	best, bestDistance := "", max(1, len(word)/3)+1
	for _, option := range options[:min(len(options), most)] {
		if len(option) > longest {
			continue
		}
		if d := distance(word, option); d < bestDistance {
			best, bestDistance = option, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" did you mean %q?", best)
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
