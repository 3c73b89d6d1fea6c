// What an application has around the seed's receiver. The SDK's module is not to be had; its place takes a client that
// verifies as the SDK's documentation says.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

type client struct{}

func (client) VerifyWebhookPayload(secret string, headers map[string]string, payload []byte) (bool, error) {
	key, err := base64.StdEncoding.DecodeString(strings.Split(secret, "_")[1])
	if err != nil {
		return false, err
	}
	seconds, err := strconv.ParseInt(headers["webhook-timestamp"], 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false, errors.New("timestamp")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", headers["webhook-id"], headers["webhook-timestamp"], payload)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, signature := range strings.Split(headers["webhook-signature"], " ") {
		if hmac.Equal([]byte(signature), []byte(expected)) {
			return true, nil
		}
	}
	return false, errors.New("signature")
}

type UserData struct{ Email, Name string }
type WebhookEvent struct {
	Type string
	Data UserData
}

func createUserAccount(email, name string) error {
	fmt.Println("event created", email, name)
	return nil
}

func updateUserAccount(data UserData) error {
	fmt.Println("event updated", data.Email, data.Name)
	return nil
}

func deactivateUserAccount(email string) error {
	fmt.Println("event deactivated", email)
	return nil
}

func main() {
	scalekitClient := client{}
SAMPLE
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, nil))
}
