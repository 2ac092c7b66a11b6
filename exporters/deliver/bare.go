package deliver

// Address gives the address alone, as results name it, of one that is written
// as "Name <name@example.com>".
func Address(text string) (string, error) {
	a, err := address(text)
	if err != nil {
		return "", err
	}
	return bare(a), nil
}
