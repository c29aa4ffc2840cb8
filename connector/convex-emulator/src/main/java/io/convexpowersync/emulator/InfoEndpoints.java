package io.convexpowersync.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** The cheap endpoints about the deployment itself. */
final class InfoEndpoints {
  private final EmulatedDeployment deployment;

  InfoEndpoints(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  Response version(EmulatorRequest request) {
    return Response.text("unknown");
  }

  Response instanceName(EmulatorRequest request) {
    return Response.text(deployment.options().instanceName());
  }

  /** The head as base64 of eight little-endian bytes. */
  Response queryTs(EmulatorRequest request) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(deployment.store().head());
    return Response.json("{\"ts\":\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"}");
  }

  Response checkAdminKey(EmulatorRequest request) throws ApiException {
    Authenticator.Identity identity = deployment.authenticator().identify(request);
    return switch (identity) {
      case ADMIN ->
          Response.json(
              "{\"success\":true,\"allowedOps\":[\"deployment:data:view\"],\"isReadOnly\":false}");
      case READ_ONLY_ADMIN ->
          Response.json(
              "{\"success\":true,\"allowedOps\":[\"deployment:data:view\"],\"isReadOnly\":true}");
      case ADMIN_WITHOUT_DATA_VIEW ->
          Response.json("{\"success\":true,\"allowedOps\":[],\"isReadOnly\":false}");
      case NOBODY, ACTING_USER -> throw deployment.badDeployKey();
    };
  }
}
