#include "domain/mail_providers.h"

#include <algorithm>
#include <array>

namespace doorward {
namespace {

constexpr auto kProviders = [] {
  // clang-format off
  auto names = std::to_array<std::string_view>({
      // Webmail.
      "126.com", "139.com", "163.com", "189.cn", "21cn.com", "abv.bg", "aim.com", "alice.it", "aliyun.com",
      "aol.co.uk", "aol.com", "aol.de", "aol.fr", "asia.com", "azet.sk", "bbox.fr", "bigmir.net", "bk.ru",
      "bol.com.br", "caramail.com", "centrum.cz", "cheerful.com", "citromail.hu", "cock.li", "consultant.com",
      "daum.net", "dir.bg", "disroot.org", "dr.com", "duck.com", "email.com", "email.cz", "email.de", "email.it",
      "engineer.com", "europe.com", "excite.com", "fastmail.com", "fastmail.fm", "fastmail.net", "foxmail.com",
      "free.fr", "freemail.hu", "gazeta.pl", "globo.com", "globomail.com", "gmail.com", "gmx.at", "gmx.ch",
      "gmx.co.uk", "gmx.com", "gmx.de", "gmx.es", "gmx.eu", "gmx.fr", "gmx.info", "gmx.net", "gmx.org", "gmx.us",
      "googlemail.com", "hanmail.net", "hey.com", "hotmail.at", "hotmail.be", "hotmail.ca", "hotmail.ch",
      "hotmail.cl", "hotmail.co.il", "hotmail.co.jp", "hotmail.co.nz", "hotmail.co.th", "hotmail.co.uk",
      "hotmail.co.za", "hotmail.com", "hotmail.com.ar", "hotmail.com.au", "hotmail.com.br", "hotmail.com.mx",
      "hotmail.com.tr", "hotmail.de", "hotmail.dk", "hotmail.es", "hotmail.fi", "hotmail.fr", "hotmail.gr",
      "hotmail.hu", "hotmail.it", "hotmail.jp", "hotmail.nl", "hotmail.no", "hotmail.rs", "hotmail.se", "hotmail.sg",
      "hush.com", "hushmail.com", "hushmail.me", "i.ua", "icloud.com", "ig.com.br", "iname.com", "inbox.com",
      "inbox.lt", "inbox.lv", "inbox.ru", "indiatimes.com", "interia.eu", "interia.pl", "internet.ru", "inwind.it",
      "iol.it", "juno.com", "keemail.me", "laposte.net", "lavabit.com", "libero.it", "list.ru", "live.at", "live.be",
      "live.ca", "live.ch", "live.cl", "live.cn", "live.co.kr", "live.co.uk", "live.co.za", "live.com", "live.com.ar",
      "live.com.au", "live.com.mx", "live.com.my", "live.com.pt", "live.com.sg", "live.de", "live.dk", "live.fi",
      "live.fr", "live.hk", "live.ie", "live.in", "live.it", "live.jp", "live.nl", "live.no", "live.ru", "live.se",
      "lycos.com", "mac.com", "mail.bg", "mail.com", "mail.ee", "mail.ru", "mailbox.org", "mailfence.com",
      "maktoob.com", "me.com", "meta.ua", "msn.com", "mynet.com", "myself.com", "myyahoo.com", "nate.com",
      "naver.com", "netscape.net", "netzero.net", "neuf.fr", "numericable.fr", "o2.pl", "onet.eu", "onet.pl", "op.pl",
      "orange.fr", "outlook.at", "outlook.be", "outlook.cl", "outlook.co.id", "outlook.co.il", "outlook.co.nz",
      "outlook.co.th", "outlook.com", "outlook.com.ar", "outlook.com.au", "outlook.com.br", "outlook.com.gr",
      "outlook.com.tr", "outlook.com.vn", "outlook.cz", "outlook.de", "outlook.dk", "outlook.es", "outlook.fr",
      "outlook.hu", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp", "outlook.kr", "outlook.lv", "outlook.my",
      "outlook.ph", "outlook.pt", "outlook.sa", "outlook.sg", "outlook.sk", "passport.com", "pm.me", "poczta.fm",
      "post.com", "post.cz", "posteo.de", "posteo.net", "posteo.org", "proton.me", "protonmail.ch", "protonmail.com",
      "qq.com", "r7.com", "rambler.ru", "rediffmail.com", "riseup.net", "rocketmail.com", "runbox.com", "sapo.pt",
      "seznam.cz", "sfr.fr", "sify.com", "sina.cn", "sina.com", "sohu.com", "startmail.com", "techie.com",
      "terra.com.br", "tin.it", "tiscali.it", "tlen.pl", "tom.com", "tuta.com", "tuta.io", "tutamail.com",
      "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br", "usa.com", "vip.163.com", "virgilio.it", "voila.fr",
      "volny.cz", "walla.co.il", "walla.com", "wanadoo.fr", "web.de", "windowslive.com", "wo.cn", "wp.pl",
      "writeme.com", "ya.ru", "yahoo.at", "yahoo.be", "yahoo.ca", "yahoo.ch", "yahoo.cl", "yahoo.co.id",
      "yahoo.co.il", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.kr", "yahoo.co.nz", "yahoo.co.th", "yahoo.co.uk",
      "yahoo.co.za", "yahoo.com", "yahoo.com.ar", "yahoo.com.au", "yahoo.com.br", "yahoo.com.cn", "yahoo.com.co",
      "yahoo.com.hk", "yahoo.com.mx", "yahoo.com.my", "yahoo.com.pe", "yahoo.com.ph", "yahoo.com.sg", "yahoo.com.tr",
      "yahoo.com.tw", "yahoo.com.ve", "yahoo.com.vn", "yahoo.cz", "yahoo.de", "yahoo.dk", "yahoo.es", "yahoo.fi",
      "yahoo.fr", "yahoo.gr", "yahoo.hu", "yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.nl", "yahoo.no", "yahoo.pl",
      "yahoo.pt", "yahoo.ro", "yahoo.se", "yandex.by", "yandex.com", "yandex.com.tr", "yandex.kz", "yandex.ru",
      "yandex.ua", "yeah.net", "ymail.com", "zipmail.com.br", "zoho.com", "zoho.eu", "zoho.in", "zohomail.com",
      "zohomail.eu", "zohomail.in", "zoznam.sk",
      // Internet providers.
      "ameritech.net", "aon.at", "arcor.de", "att.net", "bellsouth.net", "biglobe.ne.jp", "bigpond.com",
      "bigpond.net.au", "bluewin.ch", "blueyonder.co.uk", "btinternet.com", "btopenworld.com", "cableone.net",
      "casema.nl", "centurylink.net", "charter.net", "chello.at", "chello.nl", "comcast.net", "cox.net",
      "docomo.ne.jp", "earthlink.net", "eastlink.ca", "eircom.net", "ezweb.ne.jp", "freenet.de", "frontier.com",
      "frontiernet.net", "hetnet.nl", "hinet.net", "hispeed.ch", "home.nl", "i.softbank.jp", "iinet.net.au",
      "internode.on.net", "kabelmail.de", "kpnmail.nl", "luxsun.lu", "mindspring.com", "movistar.es", "nifty.com",
      "ntlworld.com", "o2.co.uk", "online.no", "ono.com", "optimum.net", "optonline.net", "optusnet.com.au",
      "pacbell.net", "planet.nl", "proximus.be", "pt.lu", "q.com", "quicknet.nl", "roadrunner.com", "rr.com",
      "sbcglobal.net", "seed.net.tw", "shaw.ca", "sky.com", "skynet.be", "so-net.ne.jp", "softbank.ne.jp",
      "suddenlink.net", "sunrise.ch", "swbell.net", "sympatico.ca", "t-online.de", "talktalk.net", "telefonica.net",
      "telenet.be", "telus.net", "tiscali.co.uk", "tpg.com.au", "twc.com", "upcmail.nl", "verizon.net",
      "videotron.ca", "virgin.net", "virginmedia.com", "vodafonemail.de", "windstream.net", "xs4all.nl", "xtra.co.nz",
      "ziggo.nl",
      // Throw-away mail.
      "10minmail.de", "10minutemail.co.za", "10minutemail.com", "10minutemail.net", "1secmail.com", "1secmail.net",
      "1secmail.org", "20minutemail.com", "33mail.com", "anonbox.net", "antispam.de", "armyspy.com", "binkmail.com",
      "bobmail.info", "burnermail.io", "byom.de", "chammy.info", "cool.fr.nf", "crazymailing.com", "cuvox.de",
      "dayrep.com", "devnullmail.com", "discard.email", "discardmail.com", "discardmail.de", "disposablemail.com",
      "dispostable.com", "dropmail.me", "e4ward.com", "einrot.com", "emailfake.com", "emailondeck.com",
      "emailtemporanea.com", "emltmp.com", "eyepaste.com", "fakeinbox.com", "fakemail.net", "fakemailgenerator.com",
      "filzmail.com", "fleckens.hu", "getairmail.com", "getnada.com", "gishpuppy.com", "grr.la", "guerrillamail.biz",
      "guerrillamail.com", "guerrillamail.de", "guerrillamail.info", "guerrillamail.net", "guerrillamail.org",
      "guerrillamailblock.com", "gustr.com", "harakirimail.com", "hidemail.de", "imgof.com", "inboxalias.com",
      "inboxbear.com", "inboxkitten.com", "incognitomail.com", "incognitomail.org", "instant-mail.de", "jetable.com",
      "jetable.fr.nf", "jetable.net", "jetable.org", "jourrapide.com", "kurzepost.de", "letthemeatspam.com",
      "linshiyouxiang.net", "luxusmail.org", "mail-temp.com", "mailcatch.com", "mailde.de", "mailde.info",
      "maildrop.cc", "mailexpire.com", "mailforspam.com", "mailin8r.com", "mailinater.com", "mailinator.com",
      "mailinator2.com", "mailmoat.com", "mailnesia.com", "mailnull.com", "mailpoof.com", "mailsac.com",
      "mailtemp.info", "mailzilla.com", "mega.zik.dj", "mintemail.com", "minuteinbox.com", "moakt.cc", "moakt.com",
      "moakt.ws", "mohmal.com", "mohmal.im", "monumentmail.com", "muellmail.com", "mytemp.email", "nada.email",
      "nomail.xl.cx", "nospam.ze.tc", "nospamfor.us", "notmailinator.com", "objectmail.com", "pokemail.net",
      "proxymail.eu", "rcpt.at", "reallymymail.com", "reconmail.com", "rhyta.com", "safetymail.info",
      "sendspamhere.com", "sharklasers.com", "smailpro.com", "sneakemail.com", "sogetthis.com", "spam4.me",
      "spamavert.com", "spambog.com", "spambog.de", "spambox.us", "spamex.com", "spamfree24.org", "spamgourmet.com",
      "spamherelots.com", "spamhereplease.com", "spamspot.com", "speed.1s.fr", "spoofmail.de", "streetwisemail.com",
      "superrito.com", "suremail.info", "teleworm.us", "temp-mail.io", "temp-mail.org", "temp-mail.ru", "tempail.com",
      "tempemail.net", "tempinbox.com", "tempmail.com", "tempmail.de", "tempmail.net", "tempmail.plus",
      "tempmailaddress.com", "tempmailer.com", "tempmailo.com", "tempr.email", "thisisnotmyrealemail.com",
      "throwam.com", "throwaway.email", "throwawaymail.com", "tmail.io", "tmails.net", "tmpmail.net", "tmpmail.org",
      "tradermail.info", "trash-mail.com", "trash-mail.de", "trashmail.at", "trashmail.com", "trashmail.de",
      "trashmail.io", "trashmail.me", "trashmail.net", "trashmail.org", "trashmail.ws", "veryrealemail.com",
      "wegwerf-email.de", "wegwerfemail.de", "wegwerfmail.de", "wegwerfmail.net", "wegwerfmail.org", "yopmail.com",
      "yopmail.fr", "yopmail.net", "zippymail.info",
  });
  // clang-format on
  std::ranges::sort(names);
  return names;
}();

}  // namespace

bool is_mail_provider(std::string_view name) {
  while (true) {
    if (std::ranges::binary_search(kProviders, name)) return true;
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return false;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace doorward
