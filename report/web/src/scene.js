// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Seeds, planned places, target and cold regions in space.
import * as THREE from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { alarming, colours, h, onceAFrame, seedColour } from "./page_tools.js";
import { surfaceOf } from "./outline.js";
import { boxOf, valueAt } from "./volume.js";

export function sceneView(data, state) {
  const { report, page, images, outlines } = data;
  const canvas = h("canvas", { tabindex: 0, role: "img", "aria-label": "seeds in space; drag turns, wheel zooms" });
  const node = h("section.card", h("h2", "In space"));
  node.id = "space";
  let renderer;
  try { renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true }); }
  catch { node.append(h("p", "This browser offers no WebGL, so the 3-D view is not drawn; slices and tables hold the same places.")); return node; }
  const scene = new THREE.Scene(), camera = new THREE.PerspectiveCamera(35, 1, 1, 4000), world = new THREE.Group();
  // Patient LPS as it is: x to the patient's left, y to the back, z to the head. Seen from the front: camera at -y, z up.
  camera.up.set(0, 0, 1);
  scene.add(world, new THREE.HemisphereLight(0xffffff, 0x445566, 2.2), camera);
  const lamp = new THREE.DirectionalLight(0xffffff, 1.6);
  camera.add(lamp);
  const groups = {};
  const group = (name) => (groups[name] ||= world.add((groups[name] = new THREE.Group())) && groups[name]);
  const [length, diameter] = page.capsule_mm, shape = new THREE.CapsuleGeometry(diameter, Math.max(0.1, length - 2 * diameter), 6, 12);
  const up = new THREE.Vector3(0, 1, 0), meshes = new Map();
  for (const s of report.postop.seeds) {
    const mesh = new THREE.Mesh(shape, new THREE.MeshLambertMaterial({ color: seedColour(s), emissive: seedColour(s), emissiveIntensity: 0.45 }));
    mesh.position.set(...s.center_mm);
    mesh.quaternion.setFromUnitVectors(up, new THREE.Vector3(...s.direction).normalize());
    if (alarming(s.status)) mesh.scale.setScalar(1.7);
    mesh.userData.seed = s.id;
    meshes.set(s.id, mesh);
    group("seeds").add(mesh);
  }
  const planned = [...report.postop.seeds, ...(report.postop.missing || [])].filter((s) => s.plan_center_mm);
  const ball = new THREE.SphereGeometry(1.3, 10, 8);
  for (const s of planned) {
    const m = new THREE.Mesh(ball, new THREE.MeshBasicMaterial({ color: colours.planned, wireframe: true }));
    m.position.set(...s.plan_center_mm);
    group("planned places").add(m);
    if (s.center_mm) {
      const g = new THREE.BufferGeometry().setFromPoints([new THREE.Vector3(...s.plan_center_mm), new THREE.Vector3(...s.center_mm)]);
      group("displacements").add(new THREE.Line(g, new THREE.LineBasicMaterial({ color: alarming(s.status) ? colours.alarm : 0x8a93a3 })));
    }
  }
  // Seen through, so that no seed hides: the surfaces write no depth and are drawn after everything solid, the cold part last.
  const film = (colour, opacity) => new THREE.MeshLambertMaterial({ color: colour, transparent: true, opacity, side: THREE.DoubleSide, depthWrite: false });
  const surface = (name, f, o, material, order) => {
    const longest = Math.max(...o.low.map((x, a) => o.high[a] - x)), net = surfaceOf(f, o.low, o.high, Math.max(1.2, longest / 70));
    if (!net.index.length) return;
    const g = new THREE.BufferGeometry();
    g.setAttribute("position", new THREE.Float32BufferAttribute(net.positions, 3));
    g.setIndex(net.index);
    g.computeVertexNormals();
    const mesh = new THREE.Mesh(g, material);
    mesh.renderOrder = order;
    group(name).add(mesh);
  };
  const rx = report.dose?.rx_gy;
  for (const o of outlines) {
    surface("target", (x, y, z) => o.at(x, y, z) - 0.5, o, film(colours.target, 0.08), 1);
    if (images.dose && rx)
      surface("below prescription", (x, y, z) => { const inside = o.at(x, y, z) - 0.5; if (!(inside > 0)) return inside; const d = valueAt(images.dose, x, y, z); return d === d ? Math.min(inside, (rx - d) / rx) : -1; }, o, film(colours.cold, 0.17), 2);
  }
  for (const s of report.undercoverage?.supplement?.seeds || []) {
    const m = new THREE.Mesh(shape, new THREE.MeshLambertMaterial({ color: colours.advised, wireframe: true }));
    m.position.set(...s.center_mm);
    m.quaternion.setFromUnitVectors(up, new THREE.Vector3(...s.direction).normalize());
    group("advised seeds").add(m);
  }
  const halo = new THREE.Mesh(new THREE.SphereGeometry(4, 20, 14), new THREE.MeshBasicMaterial({ color: 0xffffff, wireframe: true, transparent: true, opacity: 0.5 }));
  halo.visible = false;
  world.add(halo);
  const box = boxOf(images.region || images.whole), middle = box.low.map((x, a) => (x + box.high[a]) / 2);
  const letter = (text, at) => {
    const c = document.createElement("canvas"), x = c.getContext("2d");
    c.width = c.height = 64; x.font = "600 44px system-ui"; x.textAlign = "center"; x.textBaseline = "middle"; x.fillStyle = "#8a93a3"; x.fillText(text, 32, 34);
    const s = new THREE.Sprite(new THREE.SpriteMaterial({ map: new THREE.CanvasTexture(c), depthTest: false }));
    s.position.set(...at); s.scale.setScalar(9);
    world.add(s);
  };
  const reach = Math.max(...box.low.map((x, a) => box.high[a] - x)) / 2;
  [["R", -1, 0], ["L", 1, 0], ["A", -1, 1], ["P", 1, 1], ["I", -1, 2], ["S", 1, 2]].forEach(([t, sign, axis]) => letter(t, middle.map((m, a) => (a === axis ? m + sign * reach * 0.62 : m))));
  const controls = new OrbitControls(camera, canvas);
  const look = (d) => { controls.target.set(...middle); camera.position.set(...middle.map((m, a) => m + d[a] * reach * 2.1)); controls.update(); redraw(); };
  let size = [0, 0, 0];
  const redraw = onceAFrame(() => {
    const w = canvas.clientWidth, t = canvas.clientHeight, ratio = Math.min(window.devicePixelRatio || 1, 2);
    if (!w || !t) return;
    if (size.some((x, n) => x !== [w, t, ratio][n])) { size = [w, t, ratio]; renderer.setDrawingBufferSize(w, t, ratio); }  // costly: it makes the picture's memory anew
    camera.aspect = w / t;
    camera.updateProjectionMatrix();
    renderer.render(scene, camera);
  });
  controls.addEventListener("change", redraw);
  const ray = new THREE.Raycaster();
  let down = null;
  canvas.addEventListener("pointerdown", (e) => { down = [e.clientX, e.clientY]; });
  canvas.addEventListener("pointerup", (e) => {
    if (!down || Math.hypot(e.clientX - down[0], e.clientY - down[1]) > 4) return;
    const r = canvas.getBoundingClientRect();
    ray.setFromCamera(new THREE.Vector2(((e.clientX - r.left) / r.width) * 2 - 1, 1 - ((e.clientY - r.top) / r.height) * 2), camera);
    const hit = ray.intersectObjects([...meshes.values()])[0];
    if (hit) state.select(hit.object.userData.seed);
  });
  canvas.addEventListener("keydown", (e) => {
    const turn = { ArrowLeft: -0.15, ArrowRight: 0.15 }[e.key];
    if (!turn) return;
    camera.position.sub(controls.target).applyAxisAngle(camera.up, turn).add(controls.target);
    controls.update(); redraw(); e.preventDefault();
  });
  const choose = (id) => { const m = meshes.get(id); halo.visible = !!m; if (m) halo.position.copy(m.position); canvas.dataset.seed = id ?? ""; redraw(); };
  state.selected.watch(choose);
  const everything = new THREE.Box3().setFromObject(group("seeds"));
  node.append(
    h("div.controls", [["front", [0, -1, 0.12]], ["left side", [1, 0, 0.12]], ["feet", [0, -0.02, -1]], ["oblique", [0.6, -0.8, 0.45]]].map(([n, d]) => h("button", { type: "button", onclick: () => look(d) }, n)),
      report.postop.seeds.some((s) => alarming(s.status)) && h("button", { type: "button", onclick: () => { const c = everything.getCenter(new THREE.Vector3()), r = everything.getSize(new THREE.Vector3()).length(); controls.target.copy(c); camera.position.set(c.x + 0.4 * r, c.y - 1.5 * r, c.z + 0.3 * r); controls.update(); redraw(); } }, "all seeds"),
      Object.entries(groups).map(([n, g]) => h("label", h("input", { type: "checkbox", checked: true, onchange: (e) => { g.visible = e.target.checked; redraw(); } }), n))),
    canvas, h("p.hint", "Drag turns, wheel zooms, right drag moves; click a seed to go there. Dark blue: the part of the target below the prescription. Capsules are drawn thicker than they are."));
  look([0.6, -0.8, 0.45]);
  choose(state.selected.get());  // a seed may be chosen before this view is there
  new ResizeObserver(redraw).observe(canvas);
  return node;
}
