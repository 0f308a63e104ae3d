// Checks a receipt before acting, without asking Placet and without trusting the agent: Java 17 or newer, no libraries.
//
// java examples/VerifyReceipt.java https://placet.example.com RECEIPT refund.issue '{"amount":"240.00","order":"4892"}'
//
// The JDK has no JSON, so the arguments are given as canonical JSON (RFC 8785). What Placet signs is canonical too and
// holds no objects in objects, and a quote inside a text is always behind a backslash: each pattern fits one member alone.
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import static java.nio.charset.StandardCharsets.UTF_8;

class VerifyReceipt {
    public static void main(String[] given) throws Exception {
        try {
            System.out.println(verify(given[0], given[1], given[2], given[3]));
        } catch (Exception error) {
            System.err.println("Do not act: " + error.getMessage());
            System.exit(1);
        }
    }

    static String verify(String address, String receipt, String action, String arguments) throws Exception {
        String[] parts = receipt.split("\\.", -1);
        require(parts.length == 3, "This is no receipt.");
        String header = new String(decoded(parts[0]), UTF_8), claims = new String(decoded(parts[1]), UTF_8);
        require(text(header, "typ").equals("placet-receipt+jwt") && text(header, "alg").equals("EdDSA")
            && !header.contains("\"crit\""), "This is another kind of token.");

        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(key(address, text(header, "kid"))));
        ed25519.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
        require(ed25519.verify(decoded(parts[2])), "The signature is wrong.");

        String ran = "{\"arguments\":" + arguments + ",\"name\":\"" + action + "\"}";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(ran.getBytes(UTF_8));
        require(text(claims, "iss").equals(address), "Another Placet signed this.");
        require(text(claims, "status").equals("approved"), "This was " + text(claims, "status") + ".");
        require(text(claims, "digest").equals("sha256:" + HexFormat.of().formatHex(hash)),
            "This is not an approval of what is about to run.");
        var ends = Pattern.compile("\"exp\":(\\d+)").matcher(claims);
        require(!ends.find() || new BigInteger(ends.group(1)).longValueExact() > Instant.now().getEpochSecond(),
            "The approval has expired.");
        return "Approved: " + text(claims, "action") + " at " + text(claims, "decided_at") + ".";
    }

    /** The published Ed25519 key of that name: its 32 bytes behind the fixed beginning of RFC 8410. */
    static X509EncodedKeySpec key(String address, String kid) throws Exception {
        var asked = HttpRequest.newBuilder(URI.create(address + "/.well-known/jwks.json")).build();
        String keys = HttpClient.newHttpClient().send(asked, BodyHandlers.ofString()).body();
        String jwk = Arrays.stream(keys.split("\\{")).filter(each -> each.contains("\"" + kid + "\"")).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("This was signed with a key that Placet does not publish."));
        byte[] der = Arrays.copyOf(HexFormat.of().parseHex("302a300506032b6570032100"), 44);
        System.arraycopy(decoded(text(jwk, "x")), 0, der, 12, 32);
        return new X509EncodedKeySpec(der);
    }

    static String text(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(json);
        require(found.find(), "There is no " + name + " in it.");
        return found.group(1);
    }

    static byte[] decoded(String part) {
        return Base64.getUrlDecoder().decode(part);
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) throw new IllegalArgumentException(otherwise);
    }
}
