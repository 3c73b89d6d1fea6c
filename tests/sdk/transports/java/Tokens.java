import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What an application of the Java SDK knows of a token: verified by the published keys, read into the SDK's types. */
final class Tokens {
  private static final Predicate<JsonElement> TEXT = value -> primitive(value) != null && primitive(value).isString();
  private static final Predicate<JsonElement> FLAG = value -> primitive(value) != null && primitive(value).isBoolean();
  private static final Predicate<JsonElement> SECONDS = value -> primitive(value) != null && primitive(value).isNumber();
  private static final Predicate<JsonElement> TEXTS = value -> all(value, TEXT);
  private static final Predicate<JsonElement> IDENTITIES = value -> all(value, Tokens::isIdentity);

  private static final Set<String> TEXT_CLAIMS =
      Set.of("iss", "sub", "email", "name", "preferred_username", "given_name", "family_name", "phone_number", "profile",
          "picture", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "metadata", "connection_id",
          "organization_id", "login_hint", "relay_state");
  private static final Map<String, Predicate<JsonElement>> OTHER_CLAIMS =
      Map.of("email_verified", FLAG, "phone_number_verified", FLAG, "iat", SECONDS, "nbf", SECONDS, "exp", SECONDS,
          "aud", TEXTS, "identities", IDENTITIES);

  private final URI environment;
  private final HttpClient http;

  Tokens(URI environment, HttpClient http) {
    this.environment = environment;
    this.http = http;
  }

  /** The claims, as of `later` seconds from now. */
  JsonObject verified(String token, long later) throws Exception {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) throw new GeneralSecurityException("no JWT");
    JsonObject header = object(parts[0]);
    if (!header.get("alg").getAsString().equals("RS256")) throw new GeneralSecurityException("algorithm");
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(key(header.get("kid").getAsString()));
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) throw new GeneralSecurityException("signature");
    JsonObject claims = object(parts[1]);
    long now = Instant.now().getEpochSecond() + later;
    if (claims.get("exp").getAsLong() <= now) throw new GeneralSecurityException("expired");
    if (claims.has("nbf") && claims.get("nbf").getAsLong() > now) throw new GeneralSecurityException("not valid yet");
    for (Map.Entry<String, JsonElement> claim : claims.entrySet()) {
      if (TEXT_CLAIMS.contains(claim.getKey()) && !TEXT.test(claim.getValue())
          || !OTHER_CLAIMS.getOrDefault(claim.getKey(), value -> true).test(claim.getValue())) {
        throw new GeneralSecurityException("the type of " + claim.getKey());
      }
    }
    return claims;
  }

  private PublicKey key(String id) throws Exception {
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(environment.resolve("/keys")).build(), HttpResponse.BodyHandlers.ofString());
    for (JsonElement one : JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonArray("keys")) {
      JsonObject key = one.getAsJsonObject();
      if (!key.get("kid").getAsString().equals(id) || !key.get("kty").getAsString().equals("RSA")) continue;
      return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
    }
    throw new GeneralSecurityException("key " + id + " is not published");
  }

  private static BigInteger number(JsonObject key, String name) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.get(name).getAsString()));
  }

  private static JsonObject object(String part) {
    return JsonParser.parseString(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8)).getAsJsonObject();
  }

  private static JsonPrimitive primitive(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsJsonPrimitive() : null;
  }

  private static boolean all(JsonElement value, Predicate<JsonElement> kind) {
    if (!value.isJsonArray()) return false;
    JsonArray elements = value.getAsJsonArray();
    for (JsonElement element : elements) {
      if (!kind.test(element)) return false;
    }
    return true;
  }

  private static boolean isIdentity(JsonElement value) {
    if (!value.isJsonObject()) return false;
    for (Map.Entry<String, JsonElement> member : value.getAsJsonObject().entrySet()) {
      if (!(member.getKey().equals("social") ? FLAG : TEXT).test(member.getValue())) return false;
    }
    return true;
  }
}
