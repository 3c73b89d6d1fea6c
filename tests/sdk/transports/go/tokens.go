package main

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"
)

// What the Go SDK reads tokens into: a claim of another type fails the sign-in.
type identity struct {
	ConnectionID          string `json:"connection_id"`
	OrganizationID        string `json:"organization_id"`
	ConnectionType        string `json:"connection_type"`
	ProviderName          string `json:"provider_name"`
	Social                bool   `json:"social"`
	ProviderRawAttributes string `json:"provider_raw_attributes"`
}

type registered struct {
	Issuer    string   `json:"iss"`
	Audience  []string `json:"aud,omitempty"`
	IssuedAt  int64    `json:"iat"`
	NotBefore int64    `json:"nbf,omitempty"`
	Expiry    int64    `json:"exp"`
}

type idToken struct {
	registered
	Subject             string     `json:"sub"`
	Email               string     `json:"email"`
	EmailVerified       bool       `json:"email_verified"`
	Name                string     `json:"name"`
	PreferredUsername   string     `json:"preferred_username"`
	GivenName           string     `json:"given_name"`
	FamilyName          string     `json:"family_name"`
	PhoneNumber         string     `json:"phone_number,omitempty"`
	PhoneNumberVerified bool       `json:"phone_number_verified,omitempty"`
	Profile             string     `json:"profile,omitempty"`
	Picture             string     `json:"picture,omitempty"`
	Gender              string     `json:"gender,omitempty"`
	BirthDate           string     `json:"birthdate,omitempty"`
	ZoneInfo            string     `json:"zoneinfo,omitempty"`
	Locale              string     `json:"locale,omitempty"`
	UpdatedAt           string     `json:"updated_at,omitempty"`
	Identities          []identity `json:"identities"`
	Metadata            string     `json:"metadata,omitempty"`
}

type idpInitiatedLogin struct {
	registered
	ConnectionID   string `json:"connection_id"`
	OrganizationID string `json:"organization_id"`
	LoginHint      string `json:"login_hint"`
	RelayState     string `json:"relay_state"`
}

// verify answers what an application of the SDK knows of a token `later` seconds from now.
func (c *caller) verify(token, kind string, later int64) answer {
	claims := map[string]any{"id_token": new(idToken), "idp_initiated_login": new(idpInitiatedLogin)}[kind]
	if err := c.read(token, claims, time.Now().Unix()+later); err != nil {
		return answer{Code: "invalid_token", Message: err.Error()}
	}
	return answer{Response: must(json.Marshal(claims))}
}

func (c *caller) read(token string, claims any, now int64) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("no JWT")
	}
	var header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
	}
	if err := decode(parts[0], &header); err != nil {
		return err
	}
	if header.Algorithm != "RS256" {
		return fmt.Errorf("algorithm %s", header.Algorithm)
	}
	key, err := c.key(header.KeyID)
	if err != nil {
		return err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
		return err
	}
	var times registered
	if err := decode(parts[1], &times); err != nil {
		return err
	}
	if times.Expiry <= now {
		return errors.New("expired")
	}
	if times.NotBefore > now {
		return errors.New("not valid yet")
	}
	return decode(parts[1], claims)
}

func (c *caller) key(id string) (*rsa.PublicKey, error) {
	response, err := http.Get(c.environment + "/keys")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var set struct {
		Keys []struct {
			KeyID    string `json:"kid"`
			Type     string `json:"kty"`
			Modulus  string `json:"n"`
			Exponent string `json:"e"`
		} `json:"keys"`
	}
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		return nil, err
	}
	for _, one := range set.Keys {
		if one.KeyID != id || one.Type != "RSA" {
			continue
		}
		modulus := must(base64.RawURLEncoding.DecodeString(one.Modulus))
		exponent := must(base64.RawURLEncoding.DecodeString(one.Exponent))
		return &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(exponent).Int64())}, nil
	}
	return nil, fmt.Errorf("key %s is not published", id)
}

func decode(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
