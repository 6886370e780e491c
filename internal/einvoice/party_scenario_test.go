package einvoice_test

import "github.com/sluice-billing/sluice/internal/billing"

// Sellers and buyers. The numbers have the check digits that their countries
// ask for; most are of the countries' own examples.

func hamburg() billing.Reseller {
	return billing.Reseller{
		Name: "Wolkenhandel GmbH", Currency: "EUR", TaxRegistration: "DE123456788", Contact: "rechnung@wolkenhandel.example",
		Address: &billing.Address{Lines: []string{"Große Bleichen 8"}, PostalCode: "20354", City: "Hamburg", Country: "DE"},
		Payment: []string{"Bitte die Rechnungsnummer angeben."},
		Identity: billing.Identity{
			LegalID: "HRB 123456", Endpoint: "9930:DE123456788",
			ContactPoint: &billing.ContactPoint{Name: "Petra Lang", Phone: "+49 40 123456", Email: "rechnung@wolkenhandel.example"},
			Bank:         &billing.BankAccount{IBAN: "DE75512108001245126199", BIC: "SOGEDEFF"},
		},
	}
}

func wuerzburg() billing.Customer {
	return billing.Customer{
		ID: "mueller", Name: "Müller & Söhne Präzisionsmaschinenbau GmbH & Co. KG", TaxRegistration: "DE129273398",
		Address:  &billing.Address{Lines: []string{"Würzburger Straße 12"}, PostalCode: "97070", City: "Würzburg", Country: "DE"},
		Identity: billing.Identity{Endpoint: "0204:04011000-12345-03"},
	}
}

func paris() billing.Customer {
	return billing.Customer{
		ID: "leroy", Name: "Leroy & Fils SARL", TaxRegistration: "FR40303265045",
		Address:  &billing.Address{Lines: []string{"12 rue des Écoles", "Bâtiment B"}, PostalCode: "75005", City: "Paris", Country: "FR"},
		Identity: billing.Identity{Endpoint: "9957:FR40303265045", LegalID: "0002:303265045"},
	}
}

func lyon() billing.Reseller {
	return billing.Reseller{
		Name: "Nuage Revente SAS", Currency: "EUR", TaxRegistration: "FR40303265045",
		Address: &billing.Address{Lines: []string{"1 quai Claude Bernard"}, PostalCode: "69007", City: "Lyon", Country: "FR"},
		Identity: billing.Identity{
			LegalID: "0002:303265045", Endpoint: "9957:FR40303265045",
			ContactPoint: &billing.ContactPoint{Name: "Service factures", Phone: "+33 4 72 00 00 00", Email: "factures@nuage.example"},
			Bank:         &billing.BankAccount{IBAN: "FR1420041010050500013M02606"},
		},
	}
}

func zurich() billing.Customer {
	return billing.Customer{
		ID: "helvetia", Name: "Helvetia Werke AG", TaxRegistration: "CHE-116.281.710 MWST",
		Address:  &billing.Address{Lines: []string{"Bahnhofstrasse 1"}, PostalCode: "8001", City: "Zürich", Country: "CH"},
		Identity: billing.Identity{Endpoint: "EM:kreditoren@helvetia.example"},
	}
}

func zug() billing.Reseller {
	return billing.Reseller{
		Name: "Wolken Zug AG", Currency: "CHF", TaxRegistration: "CHE-116.281.710 MWST",
		Address: &billing.Address{Lines: []string{"Baarerstrasse 10"}, PostalCode: "6300", City: "Zug", Country: "CH"},
		Identity: billing.Identity{
			LegalID: "0183:CHE116281710", Endpoint: "0183:CHE116281710", Bank: &billing.BankAccount{IBAN: "CH9300762011623852957"},
			ContactPoint: &billing.ContactPoint{Name: "Buchhaltung", Phone: "+41 41 000 00 00", Email: "rechnung@wolkenzug.example"},
		},
	}
}

func london() billing.Reseller {
	return billing.Reseller{
		Name: "Cloud Resale Ltd", Currency: "GBP", TaxRegistration: "GB980780684",
		Address: &billing.Address{Lines: []string{"1 High Street"}, PostalCode: "EC1A 1AA", City: "London", Country: "GB"},
		Identity: billing.Identity{
			Endpoint: "9932:GB980780684", Bank: &billing.BankAccount{Holder: "Cloud Resale", Number: "31926819", Code: "60-16-13"},
			ContactPoint: &billing.ContactPoint{Name: "Accounts", Phone: "+44 20 0000 0000", Email: "accounts@resale.example"},
		},
	}
}

func bristol() billing.Customer {
	return billing.Customer{
		ID: "harbour", Name: "Harbour Laboratories plc",
		Address:  &billing.Address{Lines: []string{"7 Quay Road"}, PostalCode: "BS1 4DJ", City: "Bristol", Country: "GB"},
		Identity: billing.Identity{Endpoint: "0088:4035811991021"},
	}
}

func oslo() billing.Reseller {
	return billing.Reseller{
		Name: "Skyhandel AS", Currency: "NOK", TaxRegistration: "NO974760673MVA",
		Address: &billing.Address{Lines: []string{"Havnegata 48"}, PostalCode: "0150", City: "Oslo", Country: "NO"},
		Identity: billing.Identity{
			LegalID: "0192:974760673", Endpoint: "0192:974760673", Bank: &billing.BankAccount{IBAN: "NO9386011117947"},
			ContactPoint: &billing.ContactPoint{Name: "Faktura", Phone: "+47 22 00 00 00", Email: "faktura@skyhandel.example"},
		},
	}
}

func bergen() billing.Customer {
	return billing.Customer{
		ID: "fjord", Name: "Fjord Data AS", TaxRegistration: "NO923829644MVA",
		Address:  &billing.Address{Lines: []string{"Bryggen 3"}, PostalCode: "5003", City: "Bergen", Country: "NO"},
		Identity: billing.Identity{Endpoint: "0192:923829644", LegalID: "0192:923829644"},
	}
}

func stockholm() billing.Reseller {
	return billing.Reseller{
		Name: "Molnhandel AB", Currency: "SEK", TaxRegistration: "SE556016068001",
		Address: &billing.Address{Lines: []string{"Drottninggatan 1"}, PostalCode: "111 51", City: "Stockholm", Country: "SE"},
		Identity: billing.Identity{
			LegalID: "0007:5560160680", Endpoint: "0007:5560160680", Bank: &billing.BankAccount{IBAN: "SE4550000000058398257466", BIC: "ESSESESS"},
			ContactPoint: &billing.ContactPoint{Name: "Ekonomi", Phone: "+46 8 000 00", Email: "faktura@molnhandel.example"},
		},
	}
}

func malmo() billing.Customer {
	return billing.Customer{
		ID: "bro", Name: "Bro & Hamn AB", TaxRegistration: "SE556016068001",
		Address:  &billing.Address{Lines: []string{"Hamngatan 4"}, PostalCode: "211 22", City: "Malmö", Country: "SE"},
		Identity: billing.Identity{Endpoint: "0007:5560160680"},
	}
}

func copenhagen() billing.Reseller {
	return billing.Reseller{
		Name: "Skysalg ApS", Currency: "DKK", TaxRegistration: "DK13585628",
		Address: &billing.Address{Lines: []string{"Strøget 1"}, PostalCode: "1160", City: "København", Country: "DK"},
		Identity: billing.Identity{
			LegalID: "0184:13585628", Endpoint: "0184:13585628", Bank: &billing.BankAccount{IBAN: "DK5000400440116243", BIC: "DABADKKK"},
			ContactPoint: &billing.ContactPoint{Name: "Bogholderi", Phone: "+45 33 00 00 00", Email: "faktura@skysalg.example"},
		},
	}
}

func aarhus() billing.Customer {
	return billing.Customer{
		ID: "havn", Name: "Havnens Vaerksted A/S", TaxRegistration: "DK16356706",
		Address:  &billing.Address{Lines: []string{"Åboulevarden 2"}, PostalCode: "8000", City: "Aarhus", Country: "DK"},
		Identity: billing.Identity{Endpoint: "0184:16356706", LegalID: "0184:16356706"},
	}
}

func amsterdam() billing.Reseller {
	return billing.Reseller{
		Name: "Wolkverkoop BV", Currency: "EUR", TaxRegistration: "NL004495445B01",
		Address: &billing.Address{Lines: []string{"Damrak 5"}, PostalCode: "1012 LG", City: "Amsterdam", Country: "NL"},
		Identity: billing.Identity{
			LegalID: "0106:12345678", Endpoint: "0106:12345678", Bank: &billing.BankAccount{IBAN: "NL91ABNA0417164300"},
			ContactPoint: &billing.ContactPoint{Name: "Administratie", Phone: "+31 20 000 0000", Email: "facturen@wolk.example"},
		},
	}
}

func utrecht() billing.Customer {
	return billing.Customer{
		ID: "dom", Name: "Domtoren Techniek BV", TaxRegistration: "NL810462783B01",
		Address:  &billing.Address{Lines: []string{"Domplein 9"}, PostalCode: "3512 JE", City: "Utrecht", Country: "NL"},
		Identity: billing.Identity{Endpoint: "0106:87654321", LegalID: "0106:87654321"},
	}
}

func milan() billing.Reseller {
	return billing.Reseller{
		Name: "Nuvola Rivendita Srl", Currency: "EUR", TaxRegistration: "IT00743110157",
		Address: &billing.Address{Lines: []string{"Via Dante 7"}, PostalCode: "20123", City: "Milano", Region: "MI", Country: "IT"},
		Identity: billing.Identity{
			Endpoint: "0211:IT00743110157", Bank: &billing.BankAccount{IBAN: "IT60X0542811101000000123456"},
			ContactPoint: &billing.ContactPoint{Name: "Fatture", Phone: "+39 02 000000", Email: "fatture@nuvola.example"},
		},
	}
}

func rome() billing.Customer {
	return billing.Customer{
		ID: "foro", Name: "Officine del Foro SpA", TaxRegistration: "IT12345670017",
		Address:  &billing.Address{Lines: []string{"Via Sacra 2"}, PostalCode: "00186", City: "Roma", Region: "RM", Country: "IT"},
		Identity: billing.Identity{Endpoint: "0211:IT12345670017"},
	}
}

func lasPalmas() billing.Reseller {
	return billing.Reseller{
		Name: "Nube Canaria SL", Currency: "EUR", TaxRegistration: "ESB12345674",
		Address: &billing.Address{Lines: []string{"Calle Triana 3"}, PostalCode: "35002", City: "Las Palmas", Region: "GC", Country: "ES"},
		Identity: billing.Identity{
			Endpoint: "9920:ESB12345674", Bank: &billing.BankAccount{IBAN: "ES9121000418450200051332"},
			ContactPoint: &billing.ContactPoint{Name: "Facturas", Phone: "+34 928 000 000", Email: "facturas@nube.example"},
		},
	}
}

func athens() billing.Customer {
	return billing.Customer{
		ID: "akti", Name: "Ακτή Τεχνική ΑΕ", TaxRegistration: "EL094259216",
		Address:  &billing.Address{Lines: []string{"Ερμού 1"}, PostalCode: "105 63", City: "Αθήνα", Country: "GR"},
		Identity: billing.Identity{Endpoint: "9933:094259216"},
	}
}

func tokyo() billing.Reseller {
	return billing.Reseller{
		Name: "株式会社クラウド再販", Currency: "JPY", TaxRegistration: "T7000012050002",
		Address: &billing.Address{Lines: []string{"丸の内1-2-3", "丸の内ビル 10階"}, PostalCode: "100-0005", City: "千代田区", Region: "東京都", Country: "JP"},
		Payment: []string{"振込手数料はお客様にてご負担ください。"},
		Identity: billing.Identity{
			LegalID: "0188:7000012050002", Endpoint: "0188:7000012050002",
			Bank:         &billing.BankAccount{Holder: "カ）クラウドサイハン", Bank: "みずほ銀行", Branch: "丸の内支店", Kind: "ordinary", Number: "1234567", Code: "0001-004"},
			ContactPoint: &billing.ContactPoint{Name: "経理部", Phone: "03-0000-0000", Email: "billing@cloud.example"},
		},
	}
}

func osaka() billing.Customer {
	return billing.Customer{
		ID: "sakura", Name: "さくら製造株式会社", Contact: "経理部 山田様",
		Address:  &billing.Address{Lines: []string{"梅田4-5-6"}, PostalCode: "530-0001", City: "大阪市北区", Region: "大阪府", Country: "JP"},
		Identity: billing.Identity{Endpoint: "0188:1180301018771", LegalID: "0188:1180301018771"},
	}
}

func seattle() billing.Reseller {
	return billing.Reseller{
		Name: "Cloud Resale Inc.", Currency: "USD",
		Address:  &billing.Address{Lines: []string{"400 Pine Street"}, PostalCode: "98101", City: "Seattle", Region: "WA", Country: "US"},
		Identity: billing.Identity{Endpoint: "EM:ar@resale.example", Bank: &billing.BankAccount{Number: "000123456789", Code: "125000024"}},
	}
}

func boston() billing.Customer {
	return billing.Customer{
		ID: "beacon", Name: "Beacon Analytics LLC",
		Address:  &billing.Address{Lines: []string{"1 Beacon Street"}, PostalCode: "02108", City: "Boston", Region: "MA", Country: "US"},
		Identity: billing.Identity{Endpoint: "EM:ap@beacon.example"},
	}
}

func bengaluru() billing.Reseller {
	return billing.Reseller{
		Name: "Cloud Bazaar Private Limited", Currency: "INR", TaxRegistration: "29ABCDE1234F1ZW",
		Address: &billing.Address{Lines: []string{"MG Road"}, PostalCode: "560001", City: "Bengaluru", Region: "Karnataka", Country: "IN"},
	}
}

func mysuru() billing.Customer {
	return billing.Customer{
		ID: "kaveri", Name: "Kaveri Textiles Limited", TaxRegistration: "29AAGCB7383J1Z4",
		Address: &billing.Address{Lines: []string{"Palace Road"}, PostalCode: "570001", City: "Mysuru", Region: "Karnataka", Country: "IN"},
	}
}
