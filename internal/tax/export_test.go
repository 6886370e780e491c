package tax

// RateOf is for the tests of the table of rates: they hold it against published
// rates of countries and days that no sale of theirs has.
var RateOf = rateOf
