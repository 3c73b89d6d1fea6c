#include "edge/reference/style.h"

namespace doorward::edge {

std::string_view reference_style() {
  return R"css(
:root{color-scheme:light dark;--bg:#fff;--side:#f7f8fa;--ink:#1c2430;--soft:#5b6675;--line:#e3e7ec;--link:#1f5fd6;
--code:#f2f4f7;--panel:#0f1723;--panel-ink:#dce4ef;--panel-soft:#8fa0b7;--get:#1a7f4b;--post:#1f5fd6;--patch:#96610a;
--put:#7a3fb8;--delete:#c02b2b;--mark:#eef4ff;--radius:8px;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#10151d;--side:#0c1118;--ink:#e3e9f1;--soft:#94a1b3;--line:#232c38;
--link:#7fabff;--code:#1a222d;--panel:#0a0f16;--get:#58c48c;--post:#7fabff;--patch:#e0aa53;--put:#c193f0;
--delete:#f28181;--mark:#16233a}}
*{box-sizing:border-box}
html{scroll-padding-top:1.5rem}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.6 var(--sans);-webkit-text-size-adjust:100%}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
code,pre{font-family:var(--mono);font-size:.875em}
code{background:var(--code);padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}
pre{margin:0;padding:1rem 1.1rem;overflow-x:auto;line-height:1.55;font-size:.8125rem;tab-size:2}
pre code{background:none;padding:0;font-size:1em;overflow-wrap:normal}
p{margin:.5rem 0}
ul{margin:.5rem 0;padding-left:1.25rem}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem 1rem;z-index:2}
nav{position:fixed;inset:0 auto 0 0;width:18.5rem;overflow-y:auto;background:var(--side);
border-right:1px solid var(--line);padding:1.5rem 1rem 3rem;font-size:.875rem;line-height:1.35}
nav .brand{display:block;font-weight:650;font-size:1.05rem;color:var(--ink);padding:0 .5rem;letter-spacing:-.01em}
nav .brand small{display:block;font-weight:400;color:var(--soft);font-size:.75rem;margin-top:.25rem;letter-spacing:0}
nav h2{font-size:.6875rem;text-transform:uppercase;letter-spacing:.07em;color:var(--soft);margin:1.6rem .5rem .35rem;
font-weight:600}
nav h2 a{color:inherit}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:flex;gap:.55rem;align-items:baseline;padding:.3rem .5rem;border-radius:6px;color:var(--ink)}
nav summary{padding:.3rem .5rem}
nav li a:hover{background:var(--line);text-decoration:none}
.verb{font:600 .625rem/1.5 var(--mono);letter-spacing:.03em;flex:none;width:2.6rem;text-align:right}
.get{color:var(--get)}.post{color:var(--post)}.patch{color:var(--patch)}.put{color:var(--put)}.delete{color:var(--delete)}
main{margin-left:18.5rem;padding:2.5rem clamp(1.25rem,4vw,3.5rem) 6rem;max-width:96rem}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.02em;margin:0 0 1rem;font-weight:680}
main h2{font-size:1.5rem;letter-spacing:-.015em;margin:4rem 0 .5rem;padding-top:2rem;border-top:1px solid var(--line)}
h3{font-size:1.15rem;letter-spacing:-.01em;margin:0 0 .5rem}
h4{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.75rem 0 .25rem;font-weight:600}
.lead{max-width:46rem}
.op{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,27rem);gap:0 clamp(1.5rem,3vw,3rem);padding:2.25rem 0;
border-bottom:1px solid var(--line)}
.op:last-child{border-bottom:0}
.op:target h3 a.anchor,.schema:target h3 a.anchor{color:var(--link)}
.op:target>.text>h3,.schema:target>h3{background:linear-gradient(var(--mark),var(--mark)) no-repeat;
box-shadow:-.5rem 0 0 var(--mark),.5rem 0 0 var(--mark)}
a.anchor{color:inherit}
a.anchor:hover::after{content:" #";color:var(--soft)}
.route{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap;margin:.25rem 0 .75rem}
.route .verb{width:auto;font-size:.75rem;border:1px solid currentColor;border-radius:4px;padding:.05rem .4rem}
.route code{background:none;padding:0;font-size:.875rem}
.rpc{font-size:.8125rem;color:var(--soft)}
.members{margin:.25rem 0 0}
.members>div{padding:.7rem 0;border-top:1px solid var(--line)}
.members>div:first-child{border-top:0}
dt code{background:none;padding:0;font-weight:600;font-size:.875rem}
dd{margin:0;font-size:.9375rem}
dd p{margin:.2rem 0}
.type{color:var(--soft);font-size:.8125rem;margin-left:.35rem}
.required{color:var(--delete);font-size:.75rem;margin-left:.35rem}
.bounds{color:var(--soft);font-size:.8125rem}
details{margin-top:.4rem}
summary{cursor:pointer;color:var(--link);font-size:.8125rem;width:max-content}
details>.members{border-left:2px solid var(--line);padding-left:1rem;margin-left:.2rem}
.samples{position:sticky;top:1.5rem;align-self:start;min-width:0}
.panel{background:var(--panel);color:var(--panel-ink);border-radius:var(--radius);overflow:hidden;margin-bottom:1rem;
border:1px solid var(--line)}
.panel>p{margin:0;padding:.45rem 1.1rem;font-size:.75rem;color:var(--panel-soft);border-bottom:1px solid #ffffff1a}
.panel pre{max-height:26rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem;margin:.75rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line)}
th{font-size:.75rem;color:var(--soft);font-weight:600;border-top:0}
td:first-child{white-space:nowrap}
.schema{padding:1.25rem 0;max-width:56rem}
@media(max-width:70rem){.op{grid-template-columns:minmax(0,1fr)}.samples{position:static;margin-top:1.25rem}}
@media(max-width:52rem){nav{position:static;width:auto;border-right:0;border-bottom:1px solid var(--line);max-height:45vh}
main{margin-left:0;padding-top:1.5rem}}
@media print{nav,.skip{display:none}main{margin:0;max-width:none}.op{display:block}.panel{background:none;color:inherit}}
)css";
}

}  // namespace doorward::edge
