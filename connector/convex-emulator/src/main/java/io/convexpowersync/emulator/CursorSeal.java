package io.convexpowersync.emulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes cursors that callers can neither read nor change, that are another text every time and
 * valid only for one deployment. Thread-safe.
 */
final class CursorSeal {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final AtomicLong nonces = new AtomicLong();

  CursorSeal(String instanceName) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((instanceName + " cursors").getBytes(StandardCharsets.UTF_8));
      this.key = new SecretKeySpec(hash, "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  String seal(byte[] text) {
    byte[] nonce = ByteBuffer.allocate(NONCE).putInt(0).putLong(nonces.incrementAndGet()).array();
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text);
      byte[] all = ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has AES/GCM", e);
    }
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @throws IllegalArgumentException when it is something else
   */
  byte[] open(String sealed) {
    byte[] all = Base64.getUrlDecoder().decode(sealed);
    if (all.length <= NONCE) {
      throw new IllegalArgumentException("The cursor is too short");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE))
          .doFinal(all, NONCE, all.length - NONCE);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("The cursor is of another deployment, or changed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }
}
