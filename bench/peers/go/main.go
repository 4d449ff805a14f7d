// The usual way, in Go: the callback's handler calls WeChat twice and writes to MongoDB while the browser waits.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
	"github.com/silenceper/wechat/v2/util"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// toSimulator sends the SDK's calls elsewhere: the SDK has WeChat's address built in.
type toSimulator struct {
	host string
	base http.RoundTripper
}

func (t toSimulator) RoundTrip(r *http.Request) (*http.Response, error) {
	r.URL.Scheme, r.URL.Host, r.Host = "http", t.host, t.host
	return t.base.RoundTrip(r)
}

type binding struct {
	UserID string `bson:"userId"`
}

type server struct {
	oauth     *oauth.Oauth
	bindings  *mongo.Collection
	wechatURL string
	publicURL string
	hostURL   string
	appid     string
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	state := randomHex(16)
	target, err := s.oauth.GetRedirectURL(s.publicURL+"/callback", "snsapi_userinfo", state)
	if err != nil {
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "state", Value: state, Path: "/", MaxAge: 300, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, strings.Replace(target, "https://open.weixin.qq.com", s.wechatURL, 1), http.StatusFound)
}

func (s *server) callback(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	state, err := r.Cookie("state")
	if err != nil || state.Value == "" || state.Value != query.Get("state") {
		http.Error(w, "unknown state", http.StatusBadRequest)
		return
	}
	token, err := s.oauth.GetUserAccessTokenContext(r.Context(), query.Get("code"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	info, err := s.oauth.GetUserInfoContext(r.Context(), token.AccessToken, token.OpenID, "zh_CN")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	now := time.Now()
	var person binding
	err = s.bindings.FindOneAndUpdate(r.Context(),
		bson.D{{Key: "appid", Value: s.appid}, {Key: "openid", Value: info.OpenID}},
		bson.D{
			{Key: "$set", Value: bson.D{{Key: "nickname", Value: info.Nickname}, {Key: "avatarUrl", Value: info.HeadImgURL}, {Key: "loggedInAt", Value: now}}},
			{Key: "$setOnInsert", Value: bson.D{{Key: "userId", Value: "u_" + randomHex(12)}, {Key: "createdAt", Value: now}}},
		},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After),
	).Decode(&person)
	if err != nil {
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "session", Value: randomHex(32), Path: "/", MaxAge: 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, s.hostURL+"?user_id="+url.QueryEscape(person.UserID), http.StatusFound)
}

func main() {
	ctx := context.Background()
	wechatURL := os.Getenv("WECHAT_URL")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 512, 512
	util.DefaultHTTPClient = &http.Client{
		Transport: toSimulator{host: strings.TrimPrefix(wechatURL, "http://"), base: transport},
		Timeout:   5 * time.Second,
	}

	journal := true
	concern := writeconcern.Majority()
	concern.Journal = &journal
	client, err := mongo.Connect(options.Client().ApplyURI(os.Getenv("MONGO_URL")).SetWriteConcern(concern))
	if err != nil {
		log.Fatal(err)
	}
	bindings := client.Database(os.Getenv("MONGO_DATABASE")).Collection("bindings")
	if err := bindings.Drop(ctx); err != nil {
		log.Fatal(err)
	}
	_, err = bindings.Indexes().CreateOne(ctx, mongo.IndexModel{
		Keys:    bson.D{{Key: "appid", Value: 1}, {Key: "openid", Value: 1}},
		Options: options.Index().SetUnique(true),
	})
	if err != nil {
		log.Fatal(err)
	}

	appid := os.Getenv("APPID")
	account := wechat.NewWechat().GetOfficialAccount(&config.Config{AppID: appid, AppSecret: os.Getenv("SECRET"), Cache: cache.NewMemory()})
	s := &server{oauth: account.GetOauth(), bindings: bindings, wechatURL: wechatURL, publicURL: os.Getenv("PUBLIC_URL"), hostURL: os.Getenv("HOST_URL"), appid: appid}
	http.HandleFunc("GET /login", s.login)
	http.HandleFunc("GET /callback", s.callback)
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
