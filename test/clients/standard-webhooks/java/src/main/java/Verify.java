import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.math.BigInteger;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Verifies the requests of the file that is named: v1 with the library, v1a with Java's Ed25519, which the library has not. */
final class Verify {
  private static final Map<String, String> GIVEN = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      int at = line.indexOf('=');
      GIVEN.put(line.substring(0, at), line.substring(at + 1));
    }
    verifyHmac();
    verifyEd25519();
    System.out.println("verified");
  }

  private static String text(String name) {
    return new String(Base64.getDecoder().decode(GIVEN.get(name)), StandardCharsets.UTF_8);
  }

  private static void verifyHmac() throws Exception {
    Map<String, List<String>> values = new HashMap<>();
    for (String name : List.of("id", "timestamp", "signature")) {
      values.put("webhook-" + name, List.of(GIVEN.get("hmac." + name)));
    }
    HttpHeaders headers = HttpHeaders.of(values, (name, value) -> true);
    Webhook webhook = new Webhook(GIVEN.get("secret"));
    webhook.verify(text("hmac.body"), headers);
    try {
      webhook.verify(text("hmac.body") + " ", headers);
    } catch (WebhookVerificationException expected) {
      return;
    }
    throw new IllegalStateException("another body was verified with the secret");
  }

  private static void verifyEd25519() throws Exception {
    String body = text("ed25519.body");
    if (!isGenuine(body) || isGenuine(body + " ")) {
      throw new IllegalStateException("the signature of the key does not fit the body, or fits another one");
    }
  }

  private static boolean isGenuine(String body) throws Exception {
    String content = GIVEN.get("ed25519.id") + "." + GIVEN.get("ed25519.timestamp") + "." + body;
    for (String each : GIVEN.get("ed25519.signature").split(" ")) {
      if (!each.startsWith("v1a,")) continue;
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(publicKey());
      signature.update(content.getBytes(StandardCharsets.UTF_8));
      if (signature.verify(Base64.getDecoder().decode(each.substring(4)))) return true;
    }
    return false;
  }

  /** The last byte has the sign of x in its highest bit; the rest is y, little-endian (RFC 8032, section 5.1.2). */
  private static PublicKey publicKey() throws Exception {
    byte[] bytes = Base64.getDecoder().decode(GIVEN.get("public").substring("whpk_".length()));
    boolean isOdd = (bytes[31] & 0x80) != 0;
    bytes[31] &= 0x7f;
    for (int low = 0, high = 31; low < high; low++, high--) {
      byte kept = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = kept;
    }
    EdECPoint point = new EdECPoint(isOdd, new BigInteger(1, bytes));
    return KeyFactory.getInstance("Ed25519").generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }
}
