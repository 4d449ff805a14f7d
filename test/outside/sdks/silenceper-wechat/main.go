// A login with silenceper/wechat against the simulator.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
	"github.com/silenceper/wechat/v2/util"
)

var simulator = os.Args[1]

var wechat = regexp.MustCompile(`^https://(open|api)\.weixin\.qq\.com`)

func toSimulator(uri string) string {
	return wechat.ReplaceAllLiteralString(uri, simulator)
}

func main() {
	appid, secret, callback := os.Args[2], os.Args[3], os.Args[4]
	util.SetURIModifier(toSimulator)
	account := oauth.NewOauth(&context.Context{Config: &config.Config{AppID: appid, AppSecret: secret}})

	address, err := account.GetRedirectURL(callback, "snsapi_userinfo", "login1")
	must(err)
	tell(map[string]any{"authorize": toSimulator(address)})
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	must(err)
	code := strings.TrimSpace(line)

	token, err := account.GetUserAccessToken(code)
	must(err)
	refreshed, err := account.RefreshAccessToken(token.RefreshToken)
	must(err)
	user, err := account.GetUserInfo(refreshed.AccessToken, token.OpenID, "zh_CN")
	must(err)
	again, err := account.GetUserAccessToken(code)
	if err == nil || !strings.Contains(err.Error(), "errcode="+strconv.FormatInt(again.ErrCode, 10)) {
		panic("the error does not tell its errcode")
	}
	tell(map[string]any{
		"token":     token.OpenID,
		"refreshed": refreshed.OpenID,
		"user":      map[string]string{"openid": user.OpenID, "nickname": user.Nickname},
		"errcode":   again.ErrCode,
	})
}

func tell(value any) {
	must(json.NewEncoder(os.Stdout).Encode(value))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
