// A small host: people log in to it with WeChat. Java 17 or later, and Gson for JSON: java -cp gson.jar Host.java
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

public class Host {
    static final String SERVICE = environment("LOGIN_SERVICE_URL", "http://127.0.0.1:8081");
    static final String ENT_ID = environment("ENT_ID", "acme");
    static final String API_KEY = environment("API_KEY", "");
    static final int PORT = Integer.parseInt(environment("PORT", "3000"));
    /** Who has an account here already. Yours are in a database, with hashed passwords. */
    static final Map<String, String> PASSWORDS = Map.of("alice", "wonderland", "bob", "builder");

    /** A browser's session: the login that it has begun, and who is logged in. */
    record Session(String state, String verifier, JsonObject person) {}

    /** What a page gets, and what it answers; `session` takes the place of the one before. */
    record Visit(Map<String, String> query, Session session) {}
    record Answer(int status, String html, String location, Session session) {}

    interface Page {
        Answer answer(Visit visit) throws Exception;
    }

    /** By the browser's cookie. Yours end some day. */
    static final Map<String, Session> SESSIONS = new ConcurrentHashMap<>();
    static final Session NOBODY = new Session(null, null, null);
    static final Answer START_AGAIN = page(400, "This login is over. <a href=\"/begin\">Start again</a>");
    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    static final SecureRandom RANDOM = new SecureRandom();

    /** What the login service answers, also when it refuses: "error". Throws IOException when it is away. */
    static JsonObject ask(String path, Map<String, String> body) throws IOException, InterruptedException {
        var credentials = Base64.getEncoder().encodeToString((ENT_ID + ":" + API_KEY).getBytes());
        var request = HttpRequest.newBuilder(URI.create(SERVICE + path))
            .timeout(Duration.ofSeconds(5))
            .header("Authorization", "Basic " + credentials)
            .header("Content-Type", "application/json")
            // The same key again gets the same answer, should the first have been lost.
            .header("Idempotency-Key", random())
            .POST(HttpRequest.BodyPublishers.ofString(new Gson().toJson(body)))
            .build();
        HttpResponse<String> answer = null;
        try {
            answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException lost) {
            // Asked once more, below.
        }
        if (answer == null || answer.statusCode() == 503) {
            answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        }
        JsonObject told;
        try {
            told = new Gson().fromJson(answer.body(), JsonObject.class);
        } catch (JsonParseException unreadable) {
            throw new IOException("the login service answered no JSON");
        }
        var error = text(told, "error");
        if (answer.statusCode() != 200 && !"invalid_grant".equals(error) && !"conflict".equals(error)) {
            throw new IOException("the login service answered " + answer.statusCode());
        }
        return told;
    }

    /** initiate_login_uri: a login begins in a session of ours. */
    static Answer begin(Visit visit) throws Exception {
        var begun = new Session(random(), random(), visit.session().person());
        var digest = MessageDigest.getInstance("SHA-256").digest(begun.verifier().getBytes());
        var link = new LinkedHashMap<String, String>();
        link.put("ent_id", ENT_ID);
        link.put("state", begun.state());
        link.put("code_challenge", BASE64URL.encodeToString(digest));
        link.put("code_challenge_method", "S256");
        // What the link in the message said: it is lost unless it is handed on.
        link.put("target", visit.query().get("target_link_uri"));
        link.put("lang", visit.query().get("lang"));
        link.values().removeIf(value -> value == null);
        var query = link.entrySet().stream()
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        return new Answer(302, "", SERVICE + "/wechatTransfer?" + query, begun);
    }

    /** Whether this very browser began the login; an address that somebody else sent it has another state, or none. */
    static boolean isBegunHere(Visit visit) {
        var state = visit.session().state();
        return state != null && state.equals(visit.query().get("state"));
    }

    /** login_url: the ticket becomes the person. */
    static Answer logIn(Visit visit) throws Exception {
        if (!isBegunHere(visit)) return START_AGAIN;
        var ticket = visit.query().getOrDefault("ticket", "");
        var verifier = visit.session().verifier();
        return finish(ask("/v1/tickets/redeem", Map.of("ticket", ticket, "code_verifier", verifier)));
    }

    /** bind_url: WeChat knows the person, we do not yet. Shows whose WeChat it is, and asks who that is here. */
    static Answer showBind(Visit visit) throws Exception {
        if (!isBegunHere(visit)) return START_AGAIN;
        var bindTicket = visit.query().getOrDefault("bind_ticket", "");
        var seen = ask("/v1/bind-tickets/look", Map.of("bind_ticket", bindTicket));
        if (seen.has("error")) return START_AGAIN;
        return page(200, """
            <p>Your WeChat is %s. Who are you here?</p>
            <form method="post">
              <input type="hidden" name="state" value="%s">
              <input type="hidden" name="bind_ticket" value="%s">
              <input name="user"> <input name="password" type="password"> <button>Log in</button>
            </form>""".formatted(
                escape(text(seen, "nickname")), escape(visit.query().get("state")), escape(bindTicket)));
    }

    static Answer bind(Visit visit) throws Exception {
        if (!isBegunHere(visit)) return START_AGAIN;
        var user = visit.query().getOrDefault("user", "");
        var password = PASSWORDS.get(user);
        if (password == null || !password.equals(visit.query().get("password"))) {
            return page(403, "That is not right. Go back and try again.");
        }
        var bindTicket = visit.query().getOrDefault("bind_ticket", "");
        return finish(ask("/v1/bindings", Map.of(
            "bind_ticket", bindTicket, "user_id", user, "code_verifier", visit.session().verifier())));
    }

    /** The session that has logged in gets a new cookie, and an address without a ticket. */
    static Answer finish(JsonObject person) {
        if ("conflict".equals(text(person, "error"))) return page(409, "This WeChat belongs to another user.");
        if (person.has("error")) return START_AGAIN;
        var location = "/";
        if (person.has("target")) location = text(person, "target");
        if (person.has("continue_url")) location = text(person, "continue_url");
        return new Answer(303, "", location, new Session(null, null, person));
    }

    static Answer home(Visit visit) {
        var person = visit.session().person();
        if (person == null) return page(200, "Nobody is logged in. <a href=\"/begin\">Log in with WeChat</a>");
        // A nickname is what a person typed: text, never HTML.
        return page(200, "You are %s, user %s.".formatted(
            escape(text(person, "nickname")), escape(text(person, "user_id"))));
    }

    static final Map<String, Page> PAGES = Map.of(
        "GET /", Host::home,
        "GET /begin", Host::begin,
        "GET /wechat/login", Host::logIn,
        "GET /wechat/bind", Host::showBind,
        "POST /wechat/bind", Host::bind);

    static void serve(HttpExchange exchange) throws IOException {
        var cookie = parse(exchange.getRequestHeaders().getFirst("Cookie"), "; ").getOrDefault("session", "");
        Answer answer;
        try {
            var isPost = exchange.getRequestMethod().equals("POST");
            var form = new String(exchange.getRequestBody().readNBytes(10_000), StandardCharsets.UTF_8);
            var query = parse(isPost ? form : exchange.getRequestURI().getRawQuery(), "&");
            var asked = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            var page = PAGES.getOrDefault(asked, visit -> page(404, "There is no such page."));
            answer = page.answer(new Visit(query, SESSIONS.getOrDefault(cookie, NOBODY)));
        } catch (Exception error) {
            // Not the request: a ticket is in it.
            System.err.println(error.getMessage());
            answer = page(502, "WeChat login is away. Try again in a moment.");
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "text/html; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("Referrer-Policy", "no-referrer");
        if (answer.location() != null) headers.set("Location", answer.location());
        if (answer.session() != null) {
            SESSIONS.remove(cookie);
            var id = random();
            SESSIONS.put(id, answer.session());
            // Behind https add "; Secure".
            headers.set("Set-Cookie", "session=" + id + "; Path=/; HttpOnly; SameSite=Lax");
        }
        var bytes = answer.html().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Of a query, a form or cookies. */
    static Map<String, String> parse(String given, String separator) {
        var values = new LinkedHashMap<String, String>();
        if (given == null) return values;
        for (var part : given.split(separator)) {
            var at = part.indexOf('=');
            if (at > 0) values.put(decode(part.substring(0, at)), decode(part.substring(at + 1)));
        }
        return values;
    }

    static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static Answer page(int status, String html) {
        return new Answer(status, html, null, null);
    }

    static String text(JsonObject told, String name) {
        return told.has(name) ? told.get(name).getAsString() : null;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    static String random() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return BASE64URL.encodeToString(bytes);
    }

    static String environment(String name, String usual) {
        var value = System.getenv(name);
        return value == null || value.isEmpty() ? usual : value;
    }

    public static void main(String[] arguments) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", PORT), 0);
        server.createContext("/", Host::serve);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
