package dev.exoflux.mesh.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate authority that a cluster's secret stands for: an Ed25519 key that PBKDF2 (RFC 8018, HMAC-SHA-256) makes of
 * secret and cluster name, and a certificate that is the same at every peer, byte for byte.
 *
 * <p>PBKDF2, since secrets are typed by people: a stranger who connects sees a signature of the authority and could try
 * guesses against it at leisure.
 */
final class ClusterAuthority {

    /** As OWASP's password storage cheat sheet recommends for HMAC-SHA-256. */
    private static final int ITERATIONS = 600_000;

    private static final String ED25519 = "Ed25519";
    private static final X500Name NAME = new X500Name("CN=exoflux cluster");
    private static final X500Name MEMBER = new X500Name("CN=exoflux peer");

    /** Secrets change, clocks are wrong, and neither is a date's business: valid always. */
    private static final Date FROM = Date.from(Instant.parse("2000-01-01T00:00:00Z"));

    private static final Date UNTIL = Date.from(Instant.parse("9999-12-31T23:59:59Z"));

    private final PrivateKey key;
    private final X509Certificate certificate;

    private ClusterAuthority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** A peer's own key, and the authority's word for it. */
    record Member(PrivateKey key, X509Certificate certificate) {}

    static ClusterAuthority derive(String cluster, char[] secret) throws GeneralSecurityException {
        byte[] seed = seed(cluster, secret);
        PrivateKey key = KeyFactory.getInstance(ED25519)
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        PublicKey known = publicKey(seed);
        Arrays.fill(seed, (byte) 0);
        JcaX509v3CertificateBuilder certificate =
                new JcaX509v3CertificateBuilder(NAME, BigInteger.ONE, FROM, UNTIL, NAME, known);
        return new ClusterAuthority(key, sign(certificate, key, true));
    }

    private static byte[] seed(String cluster, char[] secret) throws GeneralSecurityException {
        byte[] salt = MessageDigest.getInstance("SHA-256")
                .digest(("exoflux hops " + cluster).getBytes(StandardCharsets.UTF_8));
        PBEKeySpec spec = new PBEKeySpec(secret, salt, ITERATIONS, 8 * Ed25519PrivateKeyParameters.KEY_SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } finally {
            spec.clearPassword();
        }
    }

    /** The JDK makes no public key of a private one. */
    private static PublicKey publicKey(byte[] seed) throws GeneralSecurityException {
        try {
            byte[] encoded = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                            new Ed25519PrivateKeyParameters(seed).generatePublicKey())
                    .getEncoded();
            return KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** A new key, signed. */
    Member admit(SecureRandom random) throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
        BigInteger serial = new BigInteger(127, random).setBit(126);
        JcaX509v3CertificateBuilder member =
                new JcaX509v3CertificateBuilder(NAME, serial, FROM, UNTIL, MEMBER, pair.getPublic());
        return new Member(pair.getPrivate(), sign(member, key, false));
    }

    private static X509Certificate sign(X509v3CertificateBuilder certificate, PrivateKey key, boolean authority)
            throws GeneralSecurityException {
        try {
            int usage = authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature;
            X509CertificateHolder signed = certificate
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
                    .build(new JcaContentSignerBuilder(ED25519).build(key));
            return new JcaX509CertificateConverter().getCertificate(signed);
        } catch (CertIOException | OperatorCreationException e) {
            throw new CertificateException(e);
        }
    }
}
