// A small host: people log in to it with WeChat. Go 1.22 or later, nothing to install: go run host.go
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
)

var (
	service = environment("LOGIN_SERVICE_URL", "http://127.0.0.1:8081")
	entID   = environment("ENT_ID", "acme")
	apiKey  = environment("API_KEY", "")
	port    = environment("PORT", "3000")
	// Who has an account here already. Yours are in a database, with hashed passwords.
	passwords = map[string]string{"alice": "wonderland", "bob": "builder"}
	// By the browser's cookie. Yours end some day.
	sessions = map[string]session{}
	guard    sync.Mutex
	client   = http.Client{Timeout: 5 * time.Second}
)

// A browser's session: the login that it has begun, and who is logged in.
type session struct {
	state, verifier string
	person          *answer
}

// What the login service tells: a person, whose WeChat a bind ticket stands for, or why not.
type answer struct {
	Error       string `json:"error"`
	UserID      string `json:"user_id"`
	Nickname    string `json:"nickname"`
	Target      string `json:"target"`
	ContinueURL string `json:"continue_url"`
}

// Asks the login service. An error says that it is away; a refusal is an answer.
func ask(path string, body map[string]string) (answer, error) {
	// The same key again gets the same answer, should the first have been lost.
	key := random()
	status, told, err := send(path, body, key)
	if err != nil || status == http.StatusServiceUnavailable {
		status, told, err = send(path, body, key)
	}
	isRefusal := told.Error == "invalid_grant" || told.Error == "conflict"
	if err == nil && status != http.StatusOK && !isRefusal {
		err = fmt.Errorf("the login service answered %d", status)
	}
	return told, err
}

func send(path string, body map[string]string, key string) (int, answer, error) {
	var told answer
	sent, _ := json.Marshal(body)
	request, err := http.NewRequest("POST", service+path, bytes.NewReader(sent))
	if err != nil {
		return 0, told, err
	}
	request.SetBasicAuth(entID, apiKey)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	response, err := client.Do(request)
	if err != nil {
		return 0, told, err
	}
	defer response.Body.Close()
	err = json.NewDecoder(response.Body).Decode(&told)
	return response.StatusCode, told, err
}

// initiate_login_uri: a login begins in a session of ours.
func begin(w http.ResponseWriter, r *http.Request) {
	begun := sessionOf(r)
	begun.state, begun.verifier = random(), random()
	digest := sha256.Sum256([]byte(begun.verifier))
	link := url.Values{
		"ent_id":                {entID},
		"state":                 {begun.state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(digest[:])},
		"code_challenge_method": {"S256"},
	}
	// What the link in the message said: it is lost unless it is handed on.
	if target := r.FormValue("target_link_uri"); target != "" {
		link.Set("target", target)
	}
	if lang := r.FormValue("lang"); lang != "" {
		link.Set("lang", lang)
	}
	remember(w, r, begun)
	http.Redirect(w, r, service+"/wechatTransfer?"+link.Encode(), http.StatusFound)
}

// Whether this very browser began the login; an address that somebody else sent it has another state, or none.
func isBegunHere(r *http.Request) bool {
	begun := sessionOf(r)
	return begun.state != "" && begun.state == r.FormValue("state")
}

// login_url: the ticket becomes the person.
func logIn(w http.ResponseWriter, r *http.Request) {
	if !isBegunHere(r) {
		startAgain(w)
		return
	}
	body := map[string]string{"ticket": r.FormValue("ticket"), "code_verifier": sessionOf(r).verifier}
	person, err := ask("/v1/tickets/redeem", body)
	finish(w, r, person, err)
}

// bind_url: WeChat knows the person, we do not yet. Shows whose WeChat it is, and asks who that is here.
func showBind(w http.ResponseWriter, r *http.Request) {
	if !isBegunHere(r) {
		startAgain(w)
		return
	}
	bindTicket := r.FormValue("bind_ticket")
	seen, err := ask("/v1/bind-tickets/look", map[string]string{"bind_ticket": bindTicket})
	if err != nil {
		away(w, err)
	} else if seen.Error != "" {
		startAgain(w)
	} else {
		page(w, http.StatusOK, fmt.Sprintf(`<p>Your WeChat is %s. Who are you here?</p>
      <form method="post">
        <input type="hidden" name="state" value="%s">
        <input type="hidden" name="bind_ticket" value="%s">
        <input name="user"> <input name="password" type="password"> <button>Log in</button>
      </form>`, html.EscapeString(seen.Nickname), html.EscapeString(r.FormValue("state")),
			html.EscapeString(bindTicket)))
	}
}

func bind(w http.ResponseWriter, r *http.Request) {
	if !isBegunHere(r) {
		startAgain(w)
		return
	}
	user := r.PostFormValue("user")
	if password, isKnown := passwords[user]; !isKnown || password != r.PostFormValue("password") {
		page(w, http.StatusForbidden, "That is not right. Go back and try again.")
		return
	}
	person, err := ask("/v1/bindings", map[string]string{
		"bind_ticket": r.PostFormValue("bind_ticket"), "user_id": user, "code_verifier": sessionOf(r).verifier,
	})
	finish(w, r, person, err)
}

// The session that has logged in gets a new cookie, and an address without a ticket.
func finish(w http.ResponseWriter, r *http.Request, person answer, err error) {
	switch {
	case err != nil:
		away(w, err)
	case person.Error == "conflict":
		page(w, http.StatusConflict, "This WeChat belongs to another user.")
	case person.Error != "":
		startAgain(w)
	default:
		location := "/"
		if person.ContinueURL != "" {
			location = person.ContinueURL
		} else if person.Target != "" {
			location = person.Target
		}
		remember(w, r, session{person: &person})
		http.Redirect(w, r, location, http.StatusSeeOther)
	}
}

func home(w http.ResponseWriter, r *http.Request) {
	person := sessionOf(r).person
	if person == nil {
		page(w, http.StatusOK, `Nobody is logged in. <a href="/begin">Log in with WeChat</a>`)
		return
	}
	// A nickname is what a person typed: text, never HTML.
	page(w, http.StatusOK, fmt.Sprintf("You are %s, user %s.",
		html.EscapeString(person.Nickname), html.EscapeString(person.UserID)))
}

func sessionOf(r *http.Request) session {
	cookie, err := r.Cookie("session")
	if err != nil {
		return session{}
	}
	guard.Lock()
	defer guard.Unlock()
	return sessions[cookie.Value]
}

func remember(w http.ResponseWriter, r *http.Request, kept session) {
	id := random()
	guard.Lock()
	defer guard.Unlock()
	if cookie, err := r.Cookie("session"); err == nil {
		delete(sessions, cookie.Value)
	}
	sessions[id] = kept
	// Behind https add Secure: true.
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func page(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprint(w, text)
}

func startAgain(w http.ResponseWriter) {
	page(w, http.StatusBadRequest, `This login is over. <a href="/begin">Start again</a>`)
}

func away(w http.ResponseWriter, err error) {
	// Not the request: a ticket is in it.
	log.Print(err)
	page(w, http.StatusBadGateway, "WeChat login is away. Try again in a moment.")
}

func random() string {
	bytes := make([]byte, 32)
	rand.Read(bytes)
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func environment(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}

func main() {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", home)
	routes.HandleFunc("GET /begin", begin)
	routes.HandleFunc("GET /wechat/login", logIn)
	routes.HandleFunc("GET /wechat/bind", showBind)
	routes.HandleFunc("POST /wechat/bind", bind)
	host := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		r.Body = http.MaxBytesReader(w, r.Body, 10_000)
		routes.ServeHTTP(w, r)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, host))
}
