import json
import sys

from wechatpy.exceptions import WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

simulator, appid, secret, callback = sys.argv[1:]


class SimulatedOAuth(WeChatOAuth):
    API_BASE_URL = simulator + '/'
    OAUTH_BASE_URL = simulator + '/connect/'


oauth = SimulatedOAuth(appid, secret, callback, scope='snsapi_userinfo', state='login1')
print(json.dumps({'authorize': oauth.authorize_url}), flush=True)
code = sys.stdin.readline().strip()

token = oauth.fetch_access_token(code)
refreshed = oauth.refresh_access_token(token['refresh_token'])
user = oauth.get_user_info()
try:
    oauth.fetch_access_token(code)
    errcode = None
except WeChatOAuthException as error:
    errcode = error.errcode
print(
    json.dumps(
        {
            'token': token['openid'],
            'refreshed': refreshed['openid'],
            'user': {'openid': user['openid'], 'nickname': user['nickname']},
            'errcode': errcode,
        }
    )
)
