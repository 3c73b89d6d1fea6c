// The comments of declarations, for the reference of the API.
#pragma once

#include <google/protobuf/compiler/code_generator.h>

#include <string>
#include <vector>

namespace doorward::generator {

// Writes rows {"full.name", "text"}, sorted by name, as comments.inc: of every service, method, message, field, enum
// and value of the files that has a comment before it or, failing that, behind it. A text's lines are joined to
// paragraphs, which a blank line separates; lines that begin with "- " stay lines.
bool write_comments(const std::vector<const google::protobuf::FileDescriptor*>& files,
                    google::protobuf::compiler::GeneratorContext* context);

// The text of a comment as the compiler gives it: "//" and one blank taken away from each line.
std::string paragraphs(const std::string& comment);

}  // namespace doorward::generator
