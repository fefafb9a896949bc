// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/cohort_page.h"

#include <algorithm>
#include <string_view>

#include "report/cohort_json.h"
#include "report/json_writer.h"

namespace seedaudit {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

/// Inside a script element nothing may end it.
std::string script_string(std::string_view text) {
  std::string out;
  for (const char c : json_string(text)) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

std::string percent_encoded(std::string_view path) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out;
}

constexpr std::string_view kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>seedaudit cohort</title>
<style>
:root{color-scheme:light dark}
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:1200px;padding:0 1rem}
pre{overflow-x:auto;padding:.8rem;border:1px solid #8886;border-radius:6px}
input{font:inherit;padding:.35rem .6rem;width:22rem;max-width:100%}
.row{display:grid;grid-template-columns:2.2fr 1fr .8fr 1.1fr 1fr 1fr 1fr 1fr 1fr 1fr;gap:.5rem;height:28px;line-height:28px;box-sizing:border-box;border-bottom:1px solid #8884;white-space:nowrap}
.row>*{overflow:hidden;text-overflow:ellipsis}
.row button{all:unset;cursor:pointer;font-weight:600;overflow:hidden}.row button:focus-visible{outline:2px solid}
.row button.n{text-align:right}
.n{text-align:right;font-variant-numeric:tabular-nums}
#view{height:560px;overflow-y:auto;border:1px solid #8886}#space{position:relative}#rows{position:absolute;left:0;right:0;padding:0 .4rem}
#head{padding:0 .4rem}
@media print{#view{height:auto;max-height:none}}
</style></head><body><h1>Cohort of implants</h1><pre>)html";

constexpr std::string_view kTable = R"html(<h2>All cases</h2>
<p><label>Filter <input id="filter" placeholder="any text, e.g. red day 30"></label> <span id="count" aria-live="polite"></span></p>
<div id="head" class="row"></div><div id="view" tabindex="0" aria-label="table of cases"><div id="space"><div id="rows"></div></div></div>
<p>Dose to water by TG-43. D90 and V100 are those of the worst lesion. Not a medical device.</p>
<script>
const names=["case","time","status","verdict","planned","found","migrated","lesions","D90 % Rx","V100 %"];
const data=[
)html";

constexpr std::string_view kScript = R"html(];
const height=28,view=document.getElementById("view"),space=document.getElementById("space"),rows=document.getElementById("rows");
const words=data.map(r=>r.slice(0,10).join(" ").toLowerCase());
let shown=data.map((_,i)=>i),by=-1,down=false;
function cell(value,column,link){
  const c=document.createElement(column===0&&link?"a":"span");
  if(column===0&&link)c.href=link;
  if(column>3)c.className="n";
  c.textContent=value===null?"\u2013":typeof value==="number"&&column>7?value.toFixed(1):value;
  c.title=c.textContent;
  return c;
}
function draw(){
  const first=Math.max(0,Math.floor(view.scrollTop/height)-5),last=Math.min(shown.length,first+Math.ceil(view.clientHeight/height)+10);
  rows.style.top=first*height+"px";
  const part=document.createDocumentFragment();
  for(let i=first;i<last;i++){
    const r=data[shown[i]],line=document.createElement("div");line.className="row";
    for(let c=0;c<10;c++)line.append(cell(r[c],c,r[10]));
    part.append(line);
  }
  rows.replaceChildren(part);
}
function update(){
  const asked=document.getElementById("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  shown=[];
  for(let i=0;i<data.length;i++)if(asked.every(w=>words[i].includes(w)))shown.push(i);
  if(by>=0)shown.sort((a,b)=>{
    const x=data[a][by],y=data[b][by];
    if(x===null||y===null)return(x===null)-(y===null)||a-b;
    const d=typeof x==="number"?x-y:x<y?-1:x>y?1:0;
    return(down?-d:d)||a-b;
  });
  space.style.height=shown.length*height+"px";
  document.getElementById("count").textContent=shown.length+" of "+data.length;
  view.scrollTop=0;draw();
}
names.forEach((name,c)=>{
  const b=document.createElement("button");b.textContent=name;if(c>3)b.className="n";
  b.onclick=()=>{down=by===c&&!down;by=c;
    document.querySelectorAll("#head button").forEach((o,k)=>o.textContent=names[k]+(k===by?down?" \u25bc":" \u25b2":""));update();};
  document.getElementById("head").append(b);
});
document.getElementById("filter").oninput=update;
view.onscroll=draw;window.onresize=draw;update();
</script></body></html>
)html";

std::string number(const std::optional<double>& v) { return v ? decimal_text(*v, 3) : "null"; }
std::string number(const std::optional<int>& v) { return v ? std::to_string(*v) : "null"; }

std::optional<double> worst_of(const CohortRecord& record, std::optional<double> CohortMetrics::*member) {
  std::optional<double> worst;
  for (const auto& l : record.lesions)
    if (const auto& v = l.postop.*member) worst = std::min(worst.value_or(*v), *v);
  return worst;
}

}  // namespace

std::string cohort_html(const CohortSummary& cohort, const std::string& reports, const std::string& outcomes) {
  std::string out(kHead);
  out += escaped(cohort_text(cohort)) + "</pre>" + outcomes;
  out += kTable;
  for (std::size_t i = 0; i < cohort.records.size(); ++i) {
    const auto& r = cohort.records[i];
    const bool failed = r.status == "failed";  // its figures are not to be used
    out += "[" + script_string(r.case_id) + "," + script_string(cohort.times[i]) + "," + script_string(r.status) + "," +
           script_string(r.verdict) + "," + number(r.planned_count) + "," + number(r.seed_count) + "," +
           (failed ? "null" : number(r.migrated_count)) + "," + std::to_string(r.lesions.size()) + "," +
           (failed ? "null" : number(worst_of(r, &CohortMetrics::d90_rx_pct))) + "," +
           (failed ? "null" : number(worst_of(r, &CohortMetrics::v100_pct))) + "," +
           script_string(reports.empty() ? "" : percent_encoded(reports + "/" + r.path)) + "],\n";
  }
  out += kScript;
  return out;
}

}  // namespace seedaudit
