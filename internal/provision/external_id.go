package provision

import "crypto/rand"

// letters of external ids: none that is mistaken for another one when it is read out.
// Their number is a power of two, so that all are as likely.
const letters = "abcdefghjkmnpqrstuvwxyz023456789"

// NewExternalID makes what the owner of a role can ask for, so that nobody else who is
// trusted by the same principal gets in with the role's name alone: sluice- and five
// groups of five letters and digits, 125 bits by chance.
func NewExternalID() string {
	chance := make([]byte, 25)
	rand.Read(chance) // never fails
	id := []byte("sluice")
	for i, b := range chance {
		if i%5 == 0 {
			id = append(id, '-')
		}
		id = append(id, letters[int(b)%len(letters)])
	}
	return string(id)
}
