<?php
// A small host: people log in to it with WeChat. PHP 8 or later, nothing to install: php -S 127.0.0.1:3000 host.php
declare(strict_types=1);

define('SERVICE', getenv('LOGIN_SERVICE_URL') ?: 'http://127.0.0.1:8081');
define('ENT_ID', getenv('ENT_ID') ?: 'acme');
define('API_KEY', getenv('API_KEY') ?: '');
// Who has an account here already. Yours are in a database, with hashed passwords.
const PASSWORDS = ['alice' => 'wonderland', 'bob' => 'builder'];

/** What the login service answers, also when it refuses: 'error'. Throws when it is away. */
function ask(string $path, array $body): array
{
    $request = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [
            'Authorization: Basic ' . base64_encode(ENT_ID . ':' . API_KEY),
            'Content-Type: application/json',
            // The same key again gets the same answer, should the first have been lost.
            'Idempotency-Key: ' . random(),
        ],
        'content' => json_encode($body),
        'timeout' => 5,
        'ignore_errors' => true,
    ]]);
    [$status, $told] = send($path, $request);
    if ($status === 0 || $status === 503) {
        [$status, $told] = send($path, $request);
    }
    if ($status !== 200 && !in_array($told['error'] ?? '', ['invalid_grant', 'conflict'], true)) {
        throw new RuntimeException("the login service answered $status");
    }
    return $told;
}

/** The status and the JSON of one answer; 0 when there was none. */
function send(string $path, $request): array
{
    $stream = @fopen(SERVICE . $path, 'r', false, $request);
    if ($stream === false) {
        return [0, []];
    }
    $text = stream_get_contents($stream);
    ['wrapper_data' => $head, 'timed_out' => $isLate] = stream_get_meta_data($stream);
    $told = json_decode((string) $text, true);
    return $isLate || !is_array($told) ? [0, []] : [(int) explode(' ', $head[0])[1], $told];
}

/** initiate_login_uri: a login begins in a session of ours. */
function begin(): void
{
    $verifier = random();
    $_SESSION['login'] = ['state' => random(), 'verifier' => $verifier];
    $link = [
        'ent_id' => ENT_ID,
        'state' => $_SESSION['login']['state'],
        'code_challenge' => base64url(hash('sha256', $verifier, true)),
        'code_challenge_method' => 'S256',
        // What the link in the message said: it is lost unless it is handed on.
        'target' => given($_GET, 'target_link_uri') ?: null,
        'lang' => given($_GET, 'lang') ?: null,
    ];
    header('Location: ' . SERVICE . '/wechatTransfer?' . http_build_query($link), true, 302);
}

/** The login that this very browser began; an address that somebody else sent it has another state, or none. */
function begunHere(array $query): ?array
{
    $login = $_SESSION['login'] ?? null;
    return $login !== null && hash_equals($login['state'], given($query, 'state')) ? $login : null;
}

/** login_url: the ticket becomes the person. */
function logIn(): void
{
    $login = begunHere($_GET);
    if ($login === null) {
        startAgain();
        return;
    }
    $body = ['ticket' => given($_GET, 'ticket'), 'code_verifier' => $login['verifier']];
    finish(ask('/v1/tickets/redeem', $body));
}

/** bind_url: WeChat knows the person, we do not yet. Shows whose WeChat it is, and asks who that is here. */
function showBind(): void
{
    if (begunHere($_GET) === null) {
        startAgain();
        return;
    }
    $seen = ask('/v1/bind-tickets/look', ['bind_ticket' => given($_GET, 'bind_ticket')]);
    if (isset($seen['error'])) {
        startAgain();
        return;
    }
    [$nickname, $state, $ticket] = array_map(
        'htmlspecialchars',
        [$seen['nickname'], given($_GET, 'state'), given($_GET, 'bind_ticket')],
    );
    page(200, "<p>Your WeChat is $nickname. Who are you here?</p>
      <form method='post'>
        <input type='hidden' name='state' value='$state'>
        <input type='hidden' name='bind_ticket' value='$ticket'>
        <input name='user'> <input name='password' type='password'> <button>Log in</button>
      </form>");
}

function bind(): void
{
    $login = begunHere($_POST);
    if ($login === null) {
        startAgain();
        return;
    }
    $user = given($_POST, 'user');
    if (!isset(PASSWORDS[$user]) || PASSWORDS[$user] !== given($_POST, 'password')) {
        page(403, 'That is not right. Go back and try again.');
        return;
    }
    $bindTicket = given($_POST, 'bind_ticket');
    $body = ['bind_ticket' => $bindTicket, 'user_id' => $user, 'code_verifier' => $login['verifier']];
    finish(ask('/v1/bindings', $body));
}

/** The session that has logged in gets a new cookie, and an address without a ticket. */
function finish(array $person): void
{
    if (($person['error'] ?? '') === 'conflict') {
        page(409, 'This WeChat belongs to another user.');
        return;
    }
    if (isset($person['error'])) {
        startAgain();
        return;
    }
    session_regenerate_id(true);
    $_SESSION = ['person' => $person];
    header('Location: ' . ($person['continue_url'] ?? $person['target'] ?? '/'), true, 303);
}

function home(): void
{
    $person = $_SESSION['person'] ?? null;
    if ($person === null) {
        page(200, 'Nobody is logged in. <a href="/begin">Log in with WeChat</a>');
        return;
    }
    // A nickname is what a person typed: text, never HTML.
    [$nickname, $user] = array_map('htmlspecialchars', [$person['nickname'], $person['user_id']]);
    page(200, "You are $nickname, user $user.");
}

function page(int $status, string $html): void
{
    http_response_code($status);
    echo $html;
}

function startAgain(): void
{
    page(400, 'This login is over. <a href="/begin">Start again</a>');
}

function random(): string
{
    return base64url(random_bytes(32));
}

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** A parameter that is no text (`state[]=…`) is none. */
function given(array $parameters, string $name): string
{
    return is_string($parameters[$name] ?? null) ? $parameters[$name] : '';
}

// Behind https add 'cookie_secure' => true.
session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'use_strict_mode' => true]);
header('Cache-Control: no-store');
header('Referrer-Policy: no-referrer');
try {
    match ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
        'GET /' => home(),
        'GET /begin' => begin(),
        'GET /wechat/login' => logIn(),
        'GET /wechat/bind' => showBind(),
        'POST /wechat/bind' => bind(),
        default => page(404, 'There is no such page.'),
    };
} catch (RuntimeException $error) {
    // Not the request: a ticket is in it.
    error_log($error->getMessage());
    page(502, 'WeChat login is away. Try again in a moment.');
}
