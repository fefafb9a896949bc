// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// node build.mjs SOURCE OUT: bundles SOURCE/src into the pages below and writes each to OUT as a .cpp that holds it as a string.
// Runs where node_modules lies (the build folder); writes nothing into the source tree.
import { build } from "esbuild";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

const [source, out] = process.argv.slice(2);
if (!source || !out) throw new Error("usage: node build.mjs SOURCE OUT");

const pages = [
  { script: "main.js", markup: "page.html", packages: ["three", "uplot"], header: "report/html_report.h", name: "html_page" },
  { script: "archive.js", markup: "archive.html", packages: [], header: "report/cohort_page.h", name: "archive_page" },
];

for (const wanted of pages) {
  const bundled = await build({
    entryPoints: [path.join(source, "src", wanted.script)],
    bundle: true,
    minify: true,
    write: false,
    outdir: "unused",
    format: "iife",
    target: "es2020",
    charset: "ascii",
    legalComments: "none",
    nodePaths: [path.resolve("node_modules")],
    loader: { ".css": "css" },
    logLevel: "warning",
  });
  const text = (extension) => bundled.outputFiles.find((f) => f.path.endsWith(extension))?.text ?? "";
  // What could end the element it stands in.
  const script = text(".js").replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const licences = [];
  for (const name of wanted.packages) {
    const pkg = JSON.parse(await readFile(path.join("node_modules", name, "package.json"), "utf8"));
    const licence = await readFile(path.join("node_modules", name, "LICENSE"), "utf8");
    licences.push(`${name} ${pkg.version}\n${licence.trim()}`);
  }
  let page = await readFile(path.join(source, "src", wanted.markup), "utf8");
  const put = (place, value) => {
    if (!page.includes(place)) throw new Error(`${wanted.markup} has no ${place}`);
    page = page.split(place).join(value);
  };
  if (licences.length) put("__LICENCES__", licences.join("\n\n").replaceAll("--", "- -"));
  put("__STYLE__", text(".css"));
  put("__SCRIPT__", script);

  const mark = "seedaudit_page";
  if (page.includes(`)${mark}"`)) throw new Error("the page holds the end mark of the string it is embedded as");
  const cpp = `#include "${wanted.header}"\n\nnamespace seedaudit {\n\nstd::string_view ${wanted.name}() { return R"${mark}(${page})${mark}"; }\n\n}  // namespace seedaudit\n`;
  const file = path.join(out, `${wanted.name}.cpp`);
  await writeFile(`${file}.new`, cpp);
  await rename(`${file}.new`, file);
}
