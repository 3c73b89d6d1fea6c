#include "edge/reference/page.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <map>
#include <string_view>

#include "edge/html.h"
#include "edge/reference/markup.h"
#include "edge/reference/sample.h"
#include "edge/reference/schema_view.h"
#include "edge/reference/style.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

std::string_view text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

// "Webhook endpoints" -> "webhook-endpoints"
std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == ' ' ? '-' : c);
  return out;
}

// "OrganizationService_GetOrganizationByExternalId" -> "Get organization by external id": short enough for a list.
std::string short_title(std::string_view operation_id) {
  std::string out;
  const std::string_view name = operation_id.substr(operation_id.find('_') + 1);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word = is_capital(name[i]) && i > 0 && !is_capital(name[i - 1]);
    if (begins_word) out += ' ';
    const bool is_lowered = is_capital(name[i]) && i > 0 && (i + 1 == name.size() || !is_capital(name[i + 1]));
    out += is_lowered && !is_capital(name[i - 1]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return out;
}

std::string panel(std::string_view title, std::string_view code) {
  return fmt::format("<div class=\"panel\"><p>{}</p><pre tabindex=\"0\"><code>{}</code></pre></div>", escaped(title),
                     escaped(code));
}

class Page {
 public:
  explicit Page(const json::object& document)
      : document_(document),
        info_(document.at("info").as_object()),
        base_url_(document.at("servers").at(0).at("url").as_string()),
        schemas_(document) {}

  std::string render() {
    out_ += fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{}</style></head><body>"
        "<a class=\"skip\" href=\"#content\">To the content</a>",
        escaped(text_at(info_, "title")), reference_style());
    navigation();
    out_ += "<main id=\"content\">";
    introduction();
    for (const json::value& tag : document_.at("tags").as_array()) service(tag.as_object());
    components();
    return std::move(out_) + "</main></body></html>\n";
  }

 private:
  // Calls `visit(path, verb, operation)` for each operation of a tag, in the document's order.
  template <class Visit>
  void each_operation(std::string_view tag, Visit visit) const {
    for (const auto& [path, item] : document_.at("paths").as_object()) {
      for (const auto& [verb, operation] : item.as_object()) {
        if (operation.at("tags").at(0).as_string() == tag) visit(path, verb, operation.as_object());
      }
    }
  }

  void navigation() {
    out_ += fmt::format(
        "<nav aria-label=\"Contents\"><a class=\"brand\" "
        "href=\"#introduction\">{}<small>{}</small></a><h2>Start</h2><ul>"
        "<li><a href=\"#introduction\">Introduction</a></li><li><a href=\"#authentication\">Authentication</a></li>"
        "<li><a href=\"#errors\">Errors</a></li><li><a href=\"../openapi.json\">openapi.json</a></li></ul>",
        escaped(text_at(info_, "title")), escaped(base_url_));
    for (const json::value& tag : document_.at("tags").as_array()) {
      const std::string_view name = text_at(tag.as_object(), "name");
      out_ += fmt::format("<h2><a href=\"#{}\">{}</a></h2><ul>", slug(name), escaped(name));
      each_operation(name, [&](std::string_view, std::string_view verb, const json::object& operation) {
        out_ += fmt::format("<li><a href=\"#{}\"><span class=\"verb {}\">{}</span><span>{}</span></a></li>",
                            text_at(operation, "operationId"), verb, verb == "delete" ? "DEL" : upper(verb),
                            short_title(text_at(operation, "operationId")));
      });
      out_ += "</ul>";
    }
    out_ += "<h2><a href=\"#schemas\">Schemas</a></h2><details><summary>All of them</summary><ul>";
    for (const auto& [name, schema] : document_.at("components").at("schemas").as_object()) {
      out_ += fmt::format("<li><a href=\"#schema-{0}\">{0}</a></li>", escaped(name));
    }
    out_ += "</ul></details></nav>";
  }

  void introduction() {
    const auto& schemes = document_.at("components").at("securitySchemes").as_object();
    out_ += fmt::format(
        "<section id=\"introduction\" class=\"lead\"><h1>{}</h1>{}<p>Base URL: <code>{}</code></p></section>",
        escaped(text_at(info_, "title")), marked_up(text_at(info_, "description")), escaped(base_url_));
    out_ +=
        fmt::format("<section id=\"authentication\"><h2>Authentication</h2><div class=\"lead\">{}{}</div></section>",
                    marked_up(text_at(schemes.begin()->value().as_object(), "description")),
                    panel("Fetch a token", token_command(base_url_)));
    out_ +=
        "<section id=\"errors\"><h2>Errors</h2><p class=\"lead\">What every method can answer; errors of its own stand "
        "with each. The body is an <a href=\"#schema-ErrorInfo\">ErrorInfo</a>.</p><table><thead><tr><th>Status</th>"
        "<th>Meaning</th></tr></thead><tbody>";
    for (const auto& [status, answer] : common_answers()) error_row(status, *answer);
    out_ += "</tbody></table></section>";
  }

  // By status: those to which operations refer.
  std::map<std::string, const json::object*> common_answers() const {
    std::map<std::string, const json::object*> found;
    for (const auto& [path, item] : document_.at("paths").as_object()) {
      for (const auto& [verb, operation] : item.as_object()) {
        for (const auto& [status, answer] : operation.at("responses").as_object()) {
          if (answer.as_object().contains("$ref")) found.emplace(status, &answer.as_object());
        }
      }
    }
    return found;
  }

  std::string_view description_of(const json::object& answer) const {
    constexpr std::string_view kPrefix = "#/components/responses/";
    const std::string_view name = text_at(answer, "$ref");
    if (name.empty()) return text_at(answer, "description");
    const auto& responses = document_.at("components").at("responses").as_object();
    return text_at(responses.at(name.substr(kPrefix.size())).as_object(), "description");
  }

  void error_row(std::string_view status, const json::object& answer) {
    out_ +=
        fmt::format("<tr><td><code>{}</code></td><td>{}</td></tr>", status, marked_up_inline(description_of(answer)));
  }

  void service(const json::object& tag) {
    const std::string_view name = text_at(tag, "name");
    out_ += fmt::format("<section id=\"{}\"><h2>{}</h2><div class=\"lead\">{}</div>", slug(name), escaped(name),
                        marked_up(text_at(tag, "description")));
    each_operation(name, [&](std::string_view path, std::string_view verb, const json::object& operation) {
      this->operation(path, verb, operation);
    });
    out_ += "</section>";
  }

  void operation(std::string_view path, std::string_view verb, const json::object& operation) {
    out_ += fmt::format(
        "<article class=\"op\" id=\"{0}\"><div class=\"text\"><h3><a class=\"anchor\" href=\"#{0}\">{1}</a></h3>"
        "<p class=\"route\"><span class=\"verb {2}\">{3}</span><code>{4}</code></p><p>{5}.</p>{6}"
        "<p class=\"rpc\">gRPC and Connect: <code>{7}</code></p>",
        text_at(operation, "operationId"), short_title(text_at(operation, "operationId")), verb, upper(verb),
        escaped(path), marked_up_inline(text_at(operation, "summary")), marked_up(text_at(operation, "description")),
        escaped(text_at(operation, "x-grpc-method")));
    parameters(operation, "path", "Path");
    parameters(operation, "query", "Query");
    const json::object* answer = nullptr;
    std::string status;
    for (const auto& [code, one] : operation.at("responses").as_object()) {
      if (code.starts_with('2')) status = code, answer = &one.as_object();
    }
    if (const auto* body = operation.if_contains("requestBody")) {
      const auto& schema = body->at("content").at("application/json").at("schema").as_object();
      out_ += "<h4>Body</h4>" + schemas_.members(schema);
    }
    const auto& media = answer->at("content").at("application/json").as_object();
    const auto& schema = media.at("schema").as_object();
    const std::string members = schemas_.members(schema);
    out_ += fmt::format("<h4>Answer {}</h4>{}", status, members.empty() ? "<p>An empty object.</p>" : members);
    own_errors(operation);
    out_ += "</div><div class=\"samples\">" + panel("Request", curl_command(base_url_, upper(verb), path, operation)) +
            panel("Answer " + status, indented(media.at("example"))) + "</div></article>";
  }

  void parameters(const json::object& operation, std::string_view place, std::string_view title) {
    const auto* parameters = operation.if_contains("parameters");
    if (parameters == nullptr) return;
    std::string rows;
    for (const json::value& one : parameters->as_array()) {
      const json::object& parameter = one.as_object();
      if (text_at(parameter, "in") != place) continue;
      const json::object& schema = parameter.at("schema").as_object();
      std::string limits = SchemaView::bounds(schema);
      if (const auto* target = schemas_.target(schema)) limits += SchemaView::bounds(*target);
      rows += fmt::format("<div><dt><code>{}</code> <span class=\"type\">{}</span>{}</dt><dd>{}{}</dd></div>",
                          escaped(text_at(parameter, "name")), schemas_.type(schema),
                          parameter.contains("required") ? " <span class=\"required\">required</span>" : "",
                          marked_up(text_at(parameter, "description")),
                          limits.empty() ? "" : fmt::format("<p class=\"bounds\">{}</p>", limits));
    }
    if (!rows.empty()) out_ += fmt::format("<h4>{}</h4><dl class=\"members\">{}</dl>", title, rows);
  }

  // Those that are not references: what only this method answers.
  void own_errors(const json::object& operation) {
    bool any = false;
    for (const auto& [status, answer] : operation.at("responses").as_object()) {
      if (status.starts_with('2') || answer.as_object().contains("$ref")) continue;
      if (!any) out_ += "<h4>Errors of its own</h4><table><tbody>";
      any = true;
      error_row(status, answer.as_object());
    }
    if (any) out_ += "</tbody></table>";
  }

  void components() {
    out_ += "<section id=\"schemas\"><h2>Schemas</h2>";
    for (const auto& [name, schema] : document_.at("components").at("schemas").as_object()) {
      out_ += fmt::format(
          "<article class=\"schema\" id=\"schema-{0}\"><h3><a class=\"anchor\" href=\"#schema-{0}\">{0}</a></h3>{1}",
          escaped(name), marked_up(text_at(schema.as_object(), "description")));
      if (schema.as_object().contains("enum")) {
        out_ += fmt::format("<p class=\"bounds\">{}</p>", SchemaView::bounds(schema.as_object()));
      }
      out_ += schemas_.members(schema.as_object()) + "</article>";
    }
    out_ += "</section>";
  }

  const json::object& document_;
  const json::object& info_;
  const std::string_view base_url_;
  const SchemaView schemas_;
  std::string out_;
};

}  // namespace

std::string reference_page(const json::object& document) { return Page(document).render(); }

}  // namespace doorward::edge
