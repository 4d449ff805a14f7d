/** What the page's script needs of a browser: nobody looks, so nothing is drawn and no clock ticks. */
type Surroundings = {
  readonly dataset: Readonly<Record<string, string>>;
  readonly fetch: (url: string) => Promise<unknown>;
  /** The page goes elsewhere. */
  readonly leave: (url: string) => void;
  /** Fetches a picture; a page without one shows none. */
  readonly picture?: (url: string) => Promise<unknown>;
};

const names = [
  'document',
  'window',
  'location',
  'sessionStorage',
  'addEventListener',
  'setInterval',
  'setTimeout',
  'fetch',
  'history',
  'Image',
] as const;

/** Tells a page that it is whole, and the view that its end holds, if any. */
export type Whole = (endView: string | undefined) => void;

/** The script as it was served, for thousands of pages in this process: what they ask, and when they come again, is its own. */
export function compilePageScript(source: string): (page: Surroundings) => Whole {
  const script = new Function(...names, source) as (...globals: unknown[]) => void;
  const ignore = () => {};
  const element = { textContent: '', hidden: false, href: '', addEventListener: ignore, focus: ignore };
  const history = { replaceState: ignore };
  // What a page still means to do holds nobody up.
  const later = (act: () => void, ms?: number) => setTimeout(act, ms).unref();
  return ({ dataset, fetch, leave, picture = async () => {} }) => {
    const box = { querySelector: () => element, replaceChildren: ignore };
    const querySelector = (selector: string) => (selector === '.qr' ? box : element);
    const main = { dataset, querySelectorAll: () => [], querySelector };
    let end: { dataset: { view: string } } | null = null;
    let hearOut = ignore;
    const document = {
      title: '',
      hidden: false,
      getElementById: (id: string) => (id === 'end' ? end : main),
      addEventListener(event: string, listener: () => void) {
        if (event === 'DOMContentLoaded') hearOut = listener;
      },
    };
    const stored = new Map<string, string>();
    const sessionStorage = {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, value: unknown) => stored.set(name, String(value)),
    };
    class Image {
      onload = ignore;
      onerror = ignore;
      set src(url: string) {
        picture(url).then(this.onload, this.onerror);
      }
    }
    const location = { replace: leave };
    // As in an old WebView: no `AbortController`.
    const window = { location };
    const own = [document, window, location, sessionStorage, ignore, ignore, later, fetch];
    script(...own, history, Image);
    return (view) => {
      if (view !== undefined) end = { dataset: { view } };
      hearOut();
    };
  };
}

const attribute = / data-([a-z-]+)="([^"]*)"/g;
const entities: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', '#39': "'" };
const plain = (text: string) => text.replace(/&(\w+|#39);/g, (_, name: string) => entities[name] ?? '');

/** The data attributes of the page's main element, its script, and the view that its end holds; undefined what is not there (yet). */
export function readPage(html: string) {
  const main = /<main [^>]*>/.exec(html)?.[0] ?? '';
  const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const dataset = Object.fromEntries(
    Array.from(main.matchAll(attribute), ([, name = '', value = '']) => [camel(name), plain(value)]),
  );
  const end = /<i id="end" hidden data-view="([^"]*)"/.exec(html)?.[1];
  return {
    dataset,
    script: /<script>([\s\S]*?)<\/script>/.exec(html)?.[1],
    endView: end === undefined ? undefined : plain(end),
  };
}
