// Package exchange is what every peer in Go does with a code: two calls of silenceper/wechat, one upsert in MongoDB.
package exchange

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
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

// WeChat and the bindings, set up from the environment.
type Exchange struct {
	oauth     *oauth.Oauth
	bindings  *mongo.Collection
	wechatURL string
	publicURL string
	appid     string
}

// RandomHex is so many random bytes, as text.
func RandomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Open connects, and begins with no bindings.
func Open(ctx context.Context) (*Exchange, error) {
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
		return nil, err
	}
	bindings := client.Database(os.Getenv("MONGO_DATABASE")).Collection("bindings")
	if err := bindings.Drop(ctx); err != nil {
		return nil, err
	}
	_, err = bindings.Indexes().CreateOne(ctx, mongo.IndexModel{
		Keys:    bson.D{{Key: "appid", Value: 1}, {Key: "openid", Value: 1}},
		Options: options.Index().SetUnique(true),
	})
	appid := os.Getenv("APPID")
	account := wechat.NewWechat().GetOfficialAccount(&config.Config{AppID: appid, AppSecret: os.Getenv("SECRET"), Cache: cache.NewMemory()})
	return &Exchange{oauth: account.GetOauth(), bindings: bindings, wechatURL: wechatURL, publicURL: os.Getenv("PUBLIC_URL"), appid: appid}, err
}

// AuthorizeURL is where WeChat asks the person.
func (e *Exchange) AuthorizeURL(state string) (string, error) {
	target, err := e.oauth.GetRedirectURL(e.publicURL+"/callback", "snsapi_userinfo", state)
	return strings.Replace(target, "https://open.weixin.qq.com", e.wechatURL, 1), err
}

// Token is the first call.
func (e *Exchange) Token(ctx context.Context, code string) (token, openid string, err error) {
	answer, err := e.oauth.GetUserAccessTokenContext(ctx, code)
	return answer.AccessToken, answer.OpenID, err
}

// Bind is the second call and the write; it answers the person's id.
func (e *Exchange) Bind(ctx context.Context, token, openid string) (string, error) {
	info, err := e.oauth.GetUserInfoContext(ctx, token, openid, "zh_CN")
	if err != nil {
		return "", err
	}
	now := time.Now()
	var person struct {
		UserID string `bson:"userId"`
	}
	err = e.bindings.FindOneAndUpdate(ctx,
		bson.D{{Key: "appid", Value: e.appid}, {Key: "openid", Value: info.OpenID}},
		bson.D{
			{Key: "$set", Value: bson.D{{Key: "nickname", Value: info.Nickname}, {Key: "avatarUrl", Value: info.HeadImgURL}, {Key: "loggedInAt", Value: now}}},
			{Key: "$setOnInsert", Value: bson.D{{Key: "userId", Value: "u_" + RandomHex(12)}, {Key: "createdAt", Value: now}}},
		},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After),
	).Decode(&person)
	return person.UserID, err
}
