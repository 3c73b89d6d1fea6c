// S-52 and S-65: whatever might one day pass the checks before it, xmlsec1 opens nothing that a message names.
#include "protocol/saml/xmlsec_library.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xmlsec/keyinfo.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward::saml {
namespace {

// A port on which somebody would be heard who calls.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (socket_ < 0 || ::bind(socket_, generic, size) != 0 || ::listen(socket_, 4) != 0 ||
        ::getsockname(socket_, generic, &size) != 0) {
      throw std::runtime_error("no port to listen on");
    }
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x"; }
  bool was_called() const {
    const int call = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (call < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    ::close(call);
    return true;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

// A file that could be read, and is what a reference says of it.
class NamedFile {
 public:
  NamedFile() : path_(testing::TempDir() + "doorward_xmlsec_" + std::to_string(::getpid()) + ".xml") {
    std::ofstream(path_) << kContent;
  }
  ~NamedFile() { std::filesystem::remove(path_); }
  NamedFile(const NamedFile&) = delete;
  NamedFile& operator=(const NamedFile&) = delete;

  std::string url() const { return "file://" + path_; }
  static std::string digest() { return base64_encode(crypto::sha256(kContent)); }

 private:
  static constexpr const char* kContent = "<x/>";
  std::string path_;
};

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

Document parsed(const std::string& xml) {
  return Document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, XML_PARSE_NONET));
}

// xmlsec1 as it is by default, with none of the bounds that check_signature sets: whether the octets at `uri` were
// found to be those of NamedFile.
bool reads_reference(const std::string& uri) {
  const QuietXml quiet;
  const Document document = parsed(
      R"(<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod)"
      R"( Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod)"
      R"( Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/><ds:Reference URI=")" +
      uri + R"("><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>)" +
      NamedFile::digest() +
      "</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>");
  xmlSecDSigCtx* context = xmlSecDSigCtxCreate(nullptr);
  context->signKey =
      xmlSecKeyGenerate(xmlSecOpenSSLKeyDataHmacId, 256, xmlSecKeyDataTypeSession);  // or nothing is read
  (void)xmlSecDSigCtxVerify(context, xmlDocGetRootElement(document.get()));
  auto* reference = static_cast<xmlSecDSigReferenceCtx*>(xmlSecPtrListGetItem(&context->signedInfoReferences, 0));
  const bool was_read = reference != nullptr && reference->status == xmlSecDSigStatusSucceeded;
  xmlSecDSigCtxDestroy(context);
  return was_read;
}

void look_for_key(const std::string& uri) {
  const QuietXml quiet;
  const Document document =
      parsed(R"(<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:RetrievalMethod URI=")" + uri +
             R"(" Type="http://www.w3.org/2000/09/xmldsig#rawX509Certificate"/></ds:KeyInfo>)");
  xmlSecKey* key = xmlSecKeyCreate();
  xmlSecKeyInfoCtx context;
  ASSERT_EQ(xmlSecKeyInfoCtxInitialize(&context, nullptr), 0);
  (void)xmlSecKeyInfoNodeRead(xmlDocGetRootElement(document.get()), key, &context);
  xmlSecKeyInfoCtxFinalize(&context);
  xmlSecKeyDestroy(key);
}

TEST(XmlsecLibrary, S52_S65_OpensNoUri) {
  start_xmlsec();
  const NamedFile file;
  ASSERT_FALSE(reads_reference(file.url()));
  const Listener listener;
  EXPECT_FALSE(reads_reference(listener.url()));
  EXPECT_FALSE(listener.was_called());
  look_for_key(listener.url());
  EXPECT_FALSE(listener.was_called());
}

}  // namespace
}  // namespace doorward::saml
