import { type Endpoint, errcodes, type Remedy } from '#wechat/errcodes.ts';

/** WeChat answered, with an errcode. The message holds nothing of the request. `address`: see seen-address.ts. */
export class WeChatError extends Error {
  override readonly name = 'WeChatError';
  readonly errcode: number;
  readonly endpoint: Endpoint;
  readonly address: string | undefined;
  constructor(errcode: number, endpoint: Endpoint, address?: string) {
    super(`errcode ${errcode} from ${endpoint}`);
    this.errcode = errcode;
    this.endpoint = endpoint;
    this.address = address;
  }
}

/** WeChat gave no answer we can read. Unless `wasSent` is false, it may have used the code. */
export class WeChatUnreachable extends Error {
  override readonly name = 'WeChatUnreachable';
  readonly endpoint: Endpoint;
  readonly kind: 'timeout' | 'network' | 'malformed' | 'http';
  readonly wasSent: boolean;
  constructor(endpoint: Endpoint, kind: WeChatUnreachable['kind'], wasSent: boolean, cause?: unknown) {
    super(`${kind} from ${endpoint}`, { cause });
    this.endpoint = endpoint;
    this.kind = kind;
    this.wasSent = wasSent;
  }
}

/** WeChat does not take this code. */
export const isRefusedCode = (error: WeChatError): boolean =>
  error.endpoint === 'token' && errcodes.get(error.errcode)?.isCodeRefused === true;

/** An errcode nobody documented is a refusal: the code is gone either way, the person can try again. */
export function remedyOf(error: WeChatError): Remedy {
  const remedy = errcodes.get(error.errcode)?.remedy ?? 'reauthorize';
  if (remedy !== 'refresh' || error.endpoint === 'userinfo') return remedy;
  // wechat: 40001 means a dead token at userinfo, but a wrong secret where a secret is sent; a refresh sends none.
  return error.endpoint === 'token' ? 'misconfigured' : 'reauthorize';
}
