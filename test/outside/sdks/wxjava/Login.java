import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import me.chanjar.weixin.common.api.WxConsts;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/** A login with WxJava against the simulator. */
public class Login {
  static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  static void tell(Map<String, ?> value) {
    out.println(new Gson().toJson(value));
  }

  public static void main(String[] args) throws Exception {
    String simulator = args[0], callback = args[3];
    var config = new WxMpDefaultConfigImpl();
    config.setAppId(args[1]);
    config.setSecret(args[2]);
    config.setHostConfig(new WxMpHostConfig(simulator, simulator, simulator));
    var service = new WxMpServiceImpl();
    service.setWxMpConfigStorage(config);
    var oauth = service.getOAuth2Service();

    String scope = WxConsts.OAuth2Scope.SNSAPI_USERINFO;
    tell(Map.of("authorize", oauth.buildAuthorizationUrl(callback, scope, "login1")));
    String code = new BufferedReader(new InputStreamReader(System.in)).readLine();

    var token = oauth.getAccessToken(code);
    var refreshed = oauth.refreshAccessToken(token.getRefreshToken());
    var user = oauth.getUserInfo(refreshed, "zh_CN");
    int errcode = 0;
    try {
      oauth.getAccessToken(code);
    } catch (WxErrorException error) {
      errcode = error.getError().getErrorCode();
    }
    tell(Map.of(
        "token", token.getOpenId(),
        "refreshed", refreshed.getOpenId(),
        "user", Map.of("openid", user.getOpenid(), "nickname", user.getNickname()),
        "errcode", errcode));
  }
}
