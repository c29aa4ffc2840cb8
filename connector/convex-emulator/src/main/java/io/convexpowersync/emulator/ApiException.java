package io.convexpowersync.emulator;

/** An answer of the server's error catalogue: HTTP status, code, message. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  final int status;
  final String code;

  ApiException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static ApiException badRequest(String code, String message) {
    return new ApiException(400, code, message);
  }

  /** What the server answers to everything that it has no code for. */
  static ApiException internal(int status) {
    return new ApiException(
        status, "InternalServerError", "The request could not be completed. Try again later.");
  }
}
