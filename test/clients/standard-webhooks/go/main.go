// Verifies the requests of the file that is named: v1 with the library, v1a with Go's Ed25519, which the library has not.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

var given = map[string]string{}

func decode(text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return bytes
}

func verifyHmac() {
	headers := http.Header{}
	for _, name := range []string{"id", "timestamp", "signature"} {
		headers.Set("webhook-"+name, given["hmac."+name])
	}
	body := decode(given["hmac.body"])
	webhook, err := standardwebhooks.NewWebhook(given["secret"])
	if err != nil {
		log.Fatal(err)
	}
	if err := webhook.Verify(body, headers); err != nil {
		log.Fatal(err)
	}
	if webhook.Verify(append(body, ' '), headers) == nil {
		log.Fatal("another body was verified with the secret")
	}
}

func verifyEd25519() {
	key := ed25519.PublicKey(decode(strings.TrimPrefix(given["public"], "whpk_")))
	isGenuine := func(body string) bool {
		content := given["ed25519.id"] + "." + given["ed25519.timestamp"] + "." + body
		for _, each := range strings.Split(given["ed25519.signature"], " ") {
			signature, isEd25519 := strings.CutPrefix(each, "v1a,")
			if isEd25519 && ed25519.Verify(key, []byte(content), decode(signature)) {
				return true
			}
		}
		return false
	}
	body := string(decode(given["ed25519.body"]))
	if !isGenuine(body) || isGenuine(body+" ") {
		log.Fatal("the signature of the key does not fit the body, or fits another one")
	}
}

func main() {
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(file)), "\n") {
		name, value, _ := strings.Cut(line, "=")
		given[name] = value
	}
	verifyHmac()
	verifyEd25519()
	fmt.Println("verified")
}
