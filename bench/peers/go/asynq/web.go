package main

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bench/peer/exchange"
)

//go:embed page.html
var pageHTML []byte

type web struct {
	exchange *exchange.Exchange
	ledger   *ledger
	waiters  *waiters
	enqueue  func(id, n string) error
	// For so long a callback waits for its login's end before it leads to the page.
	hold    time.Duration
	hostURL string
}

func browserOf(r *http.Request) string {
	if cookie, err := r.Cookie("browser"); err == nil {
		return cookie.Value
	}
	return ""
}

func (s *web) hostWith(sealedTicket string) string {
	ticket, err := s.ledger.seal.open(sealedTicket)
	if err != nil {
		return ""
	}
	return s.hostURL + "?ticket=" + url.QueryEscape(ticket)
}

func (s *web) login(w http.ResponseWriter, r *http.Request) {
	id, browser := exchange.RandomHex(16), exchange.RandomHex(16)
	target, err := s.exchange.AuthorizeURL(id)
	if err == nil {
		err = s.ledger.open(r.Context(), id, browser)
	}
	if err != nil {
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "browser", Value: browser, Path: "/", MaxAge: 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, target, http.StatusFound)
}

func (s *web) callback(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	id, code := query.Get("state"), query.Get("code")
	// Before the task is there: what ends at once must not be missed.
	told, stop := s.waiters.wait(id)
	defer stop()
	verb, more, err := s.ledger.record(r.Context(), id, browserOf(r), code)
	if err == nil && (verb == "recorded" || verb == "repeated") {
		err = s.enqueue(id, more)
	}
	switch {
	case err != nil:
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	case verb == "unknown", verb == "foreign", verb == "full":
		http.Error(w, verb, http.StatusBadRequest)
		return
	}
	if s.hold > 0 {
		select {
		case news := <-told:
			if news.status == "ready" {
				http.Redirect(w, r, s.hostWith(news.sealedTicket), http.StatusSeeOther)
				return
			}
		case <-time.After(s.hold):
		case <-r.Context().Done():
		}
	}
	http.Redirect(w, r, "/logins/"+id, http.StatusSeeOther)
}

func (s *web) page(w http.ResponseWriter, r *http.Request) {
	status, sealedTicket, isOurs, err := s.ledger.look(r.Context(), r.PathValue("id"), browserOf(r))
	switch {
	case err != nil:
		http.Error(w, "internal", http.StatusInternalServerError)
	case !isOurs:
		http.NotFound(w, r)
	case status == "ready":
		http.Redirect(w, r, s.hostWith(sealedTicket), http.StatusSeeOther)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(pageHTML)))
		w.Header().Set("Cache-Control", "no-store")
		w.Write(pageHTML)
	}
}

func (s *web) status(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	told, stop := s.waiters.wait(id)
	defer stop()
	status, sealedTicket, isOurs, err := s.ledger.look(r.Context(), id, browserOf(r))
	if err != nil || !isOurs {
		http.NotFound(w, r)
		return
	}
	if seconds, _ := strconv.Atoi(r.URL.Query().Get("wait")); status == "" && seconds > 0 {
		select {
		case news := <-told:
			status, sealedTicket = news.status, news.sealedTicket
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-r.Context().Done():
			return
		}
	}
	answer := map[string]string{"status": "pending"}
	if status != "" {
		answer["status"] = status
	}
	if status == "ready" {
		answer["location"] = s.hostWith(sealedTicket)
	}
	body := &strings.Builder{}
	json.NewEncoder(body).Encode(answer)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte(body.String()))
}
