import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Calls the API as the Java SDK does: grpc-java on shaded Netty, always TLS, to port 443 of the URL's host, a token by
 * CallCredentials fetched when the first call is refused for want of one, trust from the JVM's trust store.
 *
 * <p>Reads one JSON object a line, {"method", "request", "token"?}, and answers each with one line: {"response"} or
 * {"code", "message", "details"}. {"verify", "later"} asks for the claims of a token.
 */
final class Caller {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int DEADLINE_SECONDS = 60;

  private final Map<String, ServiceDescriptor> services = new HashMap<>();
  private final JsonFormat.TypeRegistry types;
  private final URI environment = URI.create(required("SCALEKIT_ENVIRONMENT_URL"));
  private final HttpClient http = HttpClient.newHttpClient();
  private final ManagedChannel channel = ManagedChannelBuilder.forAddress(environment.getHost(), 443).build();
  private String token = "";

  public static void main(String[] arguments) throws Exception {
    Caller caller = new Caller(FileDescriptorSet.parseFrom(Files.readAllBytes(Path.of(arguments[0]))));
    BufferedReader calls = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = calls.readLine(); line != null; line = calls.readLine()) {
      answers.println(new Gson().toJson(caller.answer(JsonParser.parseString(line).getAsJsonObject())));
    }
    caller.channel.shutdownNow();
  }

  private Caller(FileDescriptorSet set) throws Exception {
    Map<String, FileDescriptor> files = new HashMap<>();
    JsonFormat.TypeRegistry.Builder registry = JsonFormat.TypeRegistry.newBuilder();
    for (FileDescriptorProto file : set.getFileList()) { // protoc writes what a file imports before the file
      List<FileDescriptor> imported = new ArrayList<>();
      file.getDependencyList().forEach(name -> imported.add(files.get(name)));
      FileDescriptor built = FileDescriptor.buildFrom(file, imported.toArray(new FileDescriptor[0]));
      files.put(file.getName(), built);
      registry.add(built.getMessageTypes());
      built.getServices().forEach(service -> services.put(service.getFullName(), service));
    }
    types = registry.build();
  }

  private JsonObject answer(JsonObject call) {
    try {
      return call.has("verify") ? verified(call) : authenticated(call);
    } catch (Exception fault) { // what fails here, and not at the server, fails one call
      JsonObject answer = new JsonObject();
      answer.addProperty("code", "CALLER_FAILED");
      answer.addProperty("message", fault.toString());
      return answer;
    }
  }

  private JsonObject verified(JsonObject call) throws Exception {
    JsonObject answer = new JsonObject();
    try {
      Tokens tokens = new Tokens(environment, http);
      answer.add("response", tokens.verified(call.get("verify").getAsString(), call.get("later").getAsLong()));
    } catch (GeneralSecurityException fault) {
      answer.addProperty("code", "INVALID_TOKEN");
      answer.addProperty("message", fault.getMessage());
    }
    return answer;
  }

  private JsonObject authenticated(JsonObject call) throws Exception {
    JsonElement given = call.get("token");
    try {
      return call(call, given == null ? token : given.getAsString());
    } catch (StatusRuntimeException refusal) {
      if (given != null || refusal.getStatus().getCode() != Status.Code.UNAUTHENTICATED) return refused(refusal);
    }
    try {
      token = fetchToken();
      return call(call, token);
    } catch (StatusRuntimeException refusal) {
      return refused(refusal);
    }
  }

  private JsonObject call(JsonObject call, String bearer) throws Exception {
    String[] name = call.get("method").getAsString().split("/");
    MethodDescriptor method = services.get(name[0]).findMethodByName(name[1]);
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    JsonFormat.parser().usingTypeRegistry(types).merge(call.get("request").toString(), request);
    DynamicMessage response =
        ClientCalls.blockingUnaryCall(
            channel,
            io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(call.get("method").getAsString())
                .setRequestMarshaller(marshaller(method.getInputType()))
                .setResponseMarshaller(marshaller(method.getOutputType()))
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .withCallCredentials(new Bearer(bearer)),
            request.build());
    JsonObject answer = new JsonObject();
    answer.add("response", json(response));
    return answer;
  }

  private JsonObject refused(StatusRuntimeException refusal) throws Exception {
    JsonArray details = new JsonArray();
    com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
    for (Any detail : status.getDetailsList()) {
      Descriptor type = types.find(detail.getTypeUrl().substring(detail.getTypeUrl().lastIndexOf('/') + 1));
      details.add(json(DynamicMessage.parseFrom(type, detail.getValue())));
    }
    JsonObject answer = new JsonObject();
    answer.addProperty("code", refusal.getStatus().getCode().name());
    answer.addProperty("message", refusal.getStatus().getDescription());
    answer.add("details", details);
    return answer;
  }

  private String fetchToken() throws Exception {
    String form = "grant_type=client_credentials&client_id=" + encoded("SCALEKIT_CLIENT_ID")
        + "&client_secret=" + encoded("SCALEKIT_CLIENT_SECRET");
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(environment.resolve("/oauth/token"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw Status.UNAUTHENTICATED.withDescription("token: " + answer.statusCode()).asRuntimeException();
    }
    return JsonParser.parseString(answer.body()).getAsJsonObject().get("access_token").getAsString();
  }

  private JsonElement json(DynamicMessage message) throws Exception {
    return JsonParser.parseString(
        JsonFormat.printer().usingTypeRegistry(types).preservingProtoFieldNames().print(message));
  }

  private static io.grpc.MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }

  private static String encoded(String variable) {
    return URLEncoder.encode(required(variable), StandardCharsets.UTF_8);
  }

  private static String required(String variable) {
    String value = System.getenv(variable);
    if (value == null) throw new IllegalStateException(variable + " is not set");
    return value;
  }

  private static final class Bearer extends CallCredentials {
    private final String token;

    Bearer(String token) {
      this.token = token;
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      if (!token.isEmpty()) headers.put(AUTHORIZATION, "Bearer " + token);
      applier.apply(headers);
    }
  }
}
