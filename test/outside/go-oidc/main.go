// A host that logs people in with go-oidc: issuer, client id, secret and port are the arguments.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type begun struct{ nonce, verifier string }

func main() {
	issuer, id, secret, port := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	provider, err := oidc.NewProvider(context.Background(), issuer)
	if err != nil {
		panic(err)
	}
	config := oauth2.Config{
		ClientID:     id,
		ClientSecret: secret,
		Endpoint:     provider.Endpoint(),
		RedirectURL:  "http://127.0.0.1:" + port + "/cb",
		Scopes:       []string{"openid", "profile", "wechat"},
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: id})
	// By state; one browser at a time is enough here.
	sessions := map[string]begun{}

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		state, session := rand.Text(), begun{rand.Text(), oauth2.GenerateVerifier()}
		sessions[state] = session
		url := config.AuthCodeURL(state, oidc.Nonce(session.nonce), oauth2.S256ChallengeOption(session.verifier))
		http.Redirect(w, r, url, http.StatusFound)
	})
	http.HandleFunc("/cb", func(w http.ResponseWriter, r *http.Request) {
		session, known := sessions[r.URL.Query().Get("state")]
		if !known {
			http.Error(w, "state", http.StatusForbidden)
			return
		}
		token, err := config.Exchange(r.Context(), r.URL.Query().Get("code"), oauth2.VerifierOption(session.verifier))
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		raw, _ := token.Extra("id_token").(string)
		idToken, err := verifier.Verify(r.Context(), raw)
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if idToken.Nonce != session.nonce {
			http.Error(w, "nonce", http.StatusForbidden)
			return
		}
		var claims map[string]any
		_ = idToken.Claims(&claims)
		_ = json.NewEncoder(w).Encode(claims)
	})
	panic(http.ListenAndServe("127.0.0.1:"+port, nil))
}
