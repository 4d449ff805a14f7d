// The usual way, in Go: the callback's handler calls WeChat twice and writes to MongoDB while the browser waits.
package main

import (
	"context"
	"log"
	"net/http"
	"net/url"
	"os"

	"bench/peer/exchange"
)

type server struct {
	exchange *exchange.Exchange
	hostURL  string
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	state := exchange.RandomHex(16)
	target, err := s.exchange.AuthorizeURL(state)
	if err != nil {
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "state", Value: state, Path: "/", MaxAge: 300, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, target, http.StatusFound)
}

func (s *server) callback(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	state, err := r.Cookie("state")
	if err != nil || state.Value == "" || state.Value != query.Get("state") {
		http.Error(w, "unknown state", http.StatusBadRequest)
		return
	}
	token, openid, err := s.exchange.Token(r.Context(), query.Get("code"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	user, err := s.exchange.Bind(r.Context(), token, openid)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "session", Value: exchange.RandomHex(32), Path: "/", MaxAge: 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, s.hostURL+"?user_id="+url.QueryEscape(user), http.StatusFound)
}

func main() {
	opened, err := exchange.Open(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	s := &server{exchange: opened, hostURL: os.Getenv("HOST_URL")}
	http.HandleFunc("GET /login", s.login)
	http.HandleFunc("GET /callback", s.callback)
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
