package tax

import "strings"

// The check digits of tax numbers are of a few kinds. The texts they are given
// have passed the form of the number, so that every rune is what it should be.

// weighted is the sum of digits times weights, from the left, as far as there
// are weights.
func weighted(digits string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * digit(digits[i])
	}
	return sum
}

func digit(c byte) int { return int(c - '0') }

// last is the digit at the end.
func last(digits string) int { return digit(digits[len(digits)-1]) }

// number reads up to 18 digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + digit(digits[i])
	}
	return n
}

// luhn doubles every second digit from the right, the last one not, and adds
// all digits up to a multiple of ten.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		n := digit(digits[len(digits)-1-i])
		if i%2 == 1 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

// mod11and10 is the method of ISO/IEC 7064 with the two moduli 11 and 10.
func mod11and10(digits string) bool {
	rest := 10
	for i := range len(digits) - 1 {
		rest = (rest + digit(digits[i])) % 10
		if rest == 0 {
			rest = 10
		}
		rest = rest * 2 % 11
	}
	return (rest+last(digits))%10 == 1
}

// mod97 is the method of ISO/IEC 7064 with modulus 97, letters being 10 to 35.
func mod97(text string) bool {
	const values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	rest := 0
	for i := range len(text) {
		v := strings.IndexByte(values, text[i])
		if v >= 10 {
			rest = rest * 10
		}
		rest = (rest*10 + v) % 97
	}
	return rest == 1
}

// multipleOf is a check of all digits: with these weights they sum to a
// multiple of the modulus.
func multipleOf(modulus int, weights ...int) func(string) bool {
	return func(digits string) bool { return weighted(digits, weights...)%modulus == 0 }
}

// complement is a check digit of 11 − sum % 11. For a ten and an eleven it is
// what the caller says; -1 means that no number ends so.
func complement(ten, eleven int, weights ...int) func(string) bool {
	return func(digits string) bool {
		check := 11 - weighted(digits, weights...)%11
		switch check {
		case 10:
			check = ten
		case 11:
			check = eleven
		}
		return check == last(digits)
	}
}

// tens is a check digit that completes the sum to a multiple of ten.
func tens(weights ...int) func(string) bool {
	return func(digits string) bool { return (weighted(digits, weights...)+last(digits))%10 == 0 }
}

// twice is a check digit of sum % 11; where it is ten, of a second sum, whose
// ten is nought.
func twice(first, second []int) func(string) bool {
	return func(digits string) bool {
		check := weighted(digits, first...) % 11
		if check == 10 {
			check = weighted(digits, second...) % 11 % 10
		}
		return check == last(digits)
	}
}
