/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * viewer.js - a mesh that can be turned: WebGL, nothing loaded, no library
 *
 * The bytes are those of view.c. Corners share a normal where facets meet at
 * less than 40 degrees. A drawing context lives only while its part is near
 * the window, for browsers have few of them.
 */
(function () {
  "use strict";

  var COS_CREASE = 0.766;
  var UNKNOWN = 255;
  var COLOURS = 32;
  var PLAIN = [0.83, 0.8, 0.74];
  var GREY = [0.55, 0.55, 0.55];
  var VIEWS = [
    { name: "front", words: "from the front", turn: 0, tilt: 0 },
    { name: "left", words: "from the left", turn: 90, tilt: 0 },
    { name: "right", words: "from the right", turn: -90, tilt: 0 },
    { name: "back", words: "from behind", turn: 180, tilt: 0 },
    { name: "above", words: "from above", turn: 0, tilt: 90 },
    { name: "below", words: "from below", turn: 0, tilt: -90 }
  ];
  var SIDES = [
    { letter: "L", at: [1, 0, 0] },
    { letter: "R", at: [-1, 0, 0] },
    { letter: "P", at: [0, 1, 0] },
    { letter: "A", at: [0, -1, 0] },
    { letter: "S", at: [0, 0, 1] },
    { letter: "I", at: [0, 0, -1] }
  ];
  var VERTEX =
    "attribute vec3 at; attribute vec3 normal; attribute vec3 colour;" +
    "uniform mat3 turn; uniform vec3 scale; varying vec3 n, c;" +
    "void main() { vec3 p = turn * at; n = turn * normal; c = colour;" +
    "gl_Position = vec4(p * scale, 1.0); }";
  var FRAGMENT =
    "precision mediump float; varying vec3 n, c;" +
    "void main() { vec3 m = normalize(n);" +
    "if (!gl_FrontFacing) m = -m;" +
    "float key = max(dot(m, normalize(vec3(-0.4, 0.6, 0.8))), 0.0);" +
    "float fill = max(dot(m, normalize(vec3(0.7, -0.1, 0.5))), 0.0);" +
    "float light = 0.34 + 0.56 * key + 0.2 * fill;" +
    "vec3 shown = gl_FrontFacing ? c : vec3(0.6, 0.25, 0.25);" +
    "gl_FragColor = vec4(shown * light, 1.0); }";

  /* ---- the bytes ---- */

  function bytesOf(id) {
    var text = atob(document.getElementById(id).textContent.trim());
    var bytes = new Uint8Array(text.length);
    var i;

    for (i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  function coloursOf(id) {
    var text = document.getElementById(id).textContent.trim();
    var out = [];
    var i;

    for (i = 0; i < 3 * COLOURS; i++)
      out.push(parseInt(text.substr(2 * i, 2), 16) / 255);
    return out;
  }

  function parse(bytes) {
    var data = new DataView(bytes.buffer);
    var nvert = data.getUint32(4, true);
    var ntri = data.getUint32(8, true);
    var at = 24;
    var mesh = {
      nvert: nvert,
      ntri: ntri,
      at: new Float32Array(3 * nvert),
      index: new Uint16Array(3 * ntri)
    };
    var i, axis;

    for (i = 0; i < 3 * nvert; i++, at += 2) {
      axis = i % 3;
      mesh.at[i] =
        data.getUint16(at, true) * data.getFloat32(12 + 4 * axis, true);
    }
    mesh.thickness = bytes.subarray(at, at + nvert);
    mesh.deviation = bytes.subarray(at + nvert, at + 2 * nvert);
    at += 2 * nvert;
    for (i = 0; i < 3 * ntri; i++, at += 2)
      mesh.index[i] = data.getUint16(at, true);
    return mesh;
  }

  /* ---- normals ---- */

  function facetNormals(mesh) {
    var normal = new Float32Array(3 * mesh.ntri);
    var p = mesh.at;
    var t, a, b, c, ux, uy, uz, vx, vy, vz;

    for (t = 0; t < mesh.ntri; t++) {
      a = 3 * mesh.index[3 * t];
      b = 3 * mesh.index[3 * t + 1];
      c = 3 * mesh.index[3 * t + 2];
      ux = p[b] - p[a];
      uy = p[b + 1] - p[a + 1];
      uz = p[b + 2] - p[a + 2];
      vx = p[c] - p[a];
      vy = p[c + 1] - p[a + 1];
      vz = p[c + 2] - p[a + 2];
      normal[3 * t] = uy * vz - uz * vy;
      normal[3 * t + 1] = uz * vx - ux * vz;
      normal[3 * t + 2] = ux * vy - uy * vx;
    }
    return normal;
  }

  /* Facets around each vertex: first[v] to first[v + 1] in list. */
  function stars(mesh) {
    var first = new Uint32Array(mesh.nvert + 1);
    var list = new Uint32Array(3 * mesh.ntri);
    var i;

    for (i = 0; i < 3 * mesh.ntri; i++) first[mesh.index[i] + 1]++;
    for (i = 0; i < mesh.nvert; i++) first[i + 1] += first[i];
    var next = first.slice();
    for (i = 0; i < 3 * mesh.ntri; i++)
      list[next[mesh.index[i]]++] = (i / 3) | 0;
    return { first: first, list: list };
  }

  function cosine(n, s, t) {
    var dot = n[3 * s] * n[3 * t] + n[3 * s + 1] * n[3 * t + 1] +
      n[3 * s + 2] * n[3 * t + 2];
    var a = Math.hypot(n[3 * s], n[3 * s + 1], n[3 * s + 2]);
    var b = Math.hypot(n[3 * t], n[3 * t + 1], n[3 * t + 2]);

    return a * b > 0 ? dot / (a * b) : 1;
  }

  function cornerNormals(mesh) {
    var facet = facetNormals(mesh);
    var star = stars(mesh);
    var out = new Float32Array(9 * mesh.ntri);
    var i, k, t, s, v, x, y, z, length;

    for (i = 0; i < 3 * mesh.ntri; i++) {
      t = (i / 3) | 0;
      v = mesh.index[i];
      x = y = z = 0;
      for (k = star.first[v]; k < star.first[v + 1]; k++) {
        s = star.list[k];
        if (s !== t && cosine(facet, s, t) < COS_CREASE) continue;
        x += facet[3 * s];
        y += facet[3 * s + 1];
        z += facet[3 * s + 2];
      }
      length = Math.hypot(x, y, z) || 1;
      out[3 * i] = x / length;
      out[3 * i + 1] = y / length;
      out[3 * i + 2] = z / length;
    }
    return out;
  }

  function middle(mesh) {
    var low = [Infinity, Infinity, Infinity];
    var high = [-Infinity, -Infinity, -Infinity];
    var i;

    for (i = 0; i < 3 * mesh.nvert; i++) {
      low[i % 3] = Math.min(low[i % 3], mesh.at[i]);
      high[i % 3] = Math.max(high[i % 3], mesh.at[i]);
    }
    return [0, 1, 2].map(function (k) { return (low[k] + high[k]) / 2; });
  }

  /* Of the ball about the middle that holds all. */
  function radiusOf(mesh, centre) {
    var most = 0;
    var i;

    for (i = 0; i < 3 * mesh.nvert; i += 3)
      most = Math.max(most, Math.hypot(mesh.at[i] - centre[0],
        mesh.at[i + 1] - centre[1], mesh.at[i + 2] - centre[2]));
    return most || 1;
  }

  function corners(mesh, centre) {
    var out = new Float32Array(9 * mesh.ntri);
    var i, k;

    for (i = 0; i < 3 * mesh.ntri; i++)
      for (k = 0; k < 3; k++)
        out[3 * i + k] = mesh.at[3 * mesh.index[i] + k] - centre[k];
    return out;
  }

  /* A colour for each corner; mode is plain, thickness or deviation. */
  function cornerColours(mesh, mode) {
    var out = new Float32Array(9 * mesh.ntri);
    var map = mode === "plain" ? null : coloursOf("colours-" + mode);
    var i, k, value, slot;

    for (i = 0; i < 3 * mesh.ntri; i++) {
      value = map === null ? 0 : mesh[mode][mesh.index[i]];
      slot = Math.round((value / 254) * (COLOURS - 1));
      for (k = 0; k < 3; k++)
        out[3 * i + k] = map === null ? PLAIN[k]
          : value === UNKNOWN ? GREY[k]
          : map[3 * slot + k];
    }
    return out;
  }

  /* ---- drawing ---- */

  function shader(gl, kind, text) {
    var s = gl.createShader(kind);

    gl.shaderSource(s, text);
    gl.compileShader(s);
    return s;
  }

  function fill(gl, program, name, values) {
    var place = gl.getAttribLocation(program, name);
    var buffer = gl.createBuffer();

    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
    return buffer;
  }

  /* Patient to eye, columns first: right, up, toward the eye. */
  function matrix(turn, tilt) {
    var a = (turn * Math.PI) / 180;
    var b = (tilt * Math.PI) / 180;
    var ca = Math.cos(a), sa = Math.sin(a);
    var cb = Math.cos(b), sb = Math.sin(b);
    var right = [ca, sa, 0];
    var toward = [sa * cb, -ca * cb, sb];
    var up = [-sa * sb, ca * sb, cb];

    return [
      right[0], up[0], toward[0],
      right[1], up[1], toward[1],
      right[2], up[2], toward[2]
    ];
  }

  function Scene(canvas, mesh) {
    this.canvas = canvas;
    this.mesh = mesh;
    this.middle = middle(mesh);
    this.radius = radiusOf(mesh, this.middle);
    this.gl = null;
  }

  Scene.prototype.open = function (mode) {
    var gl = this.canvas.getContext("webgl", { antialias: true });

    if (gl === null || gl.isContextLost()) return false;
    this.gl = gl;
    this.program = gl.createProgram();
    gl.attachShader(this.program, shader(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(this.program, shader(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) return false;
    gl.useProgram(this.program);
    gl.enable(gl.DEPTH_TEST);
    gl.clearColor(0.965, 0.969, 0.973, 1);
    fill(gl, this.program, "at", corners(this.mesh, this.middle));
    fill(gl, this.program, "normal", cornerNormals(this.mesh));
    this.colours = fill(gl, this.program, "colour",
      cornerColours(this.mesh, mode));
    return true;
  };

  Scene.prototype.paint = function (mode) {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.colours);
    this.gl.bufferData(this.gl.ARRAY_BUFFER,
      cornerColours(this.mesh, mode), this.gl.STATIC_DRAW);
  };

  Scene.prototype.draw = function (turn, tilt, zoom) {
    var gl = this.gl;
    var dense = window.devicePixelRatio || 1;
    var w = Math.max(Math.round(this.canvas.clientWidth * dense), 1);
    var h = Math.max(Math.round(this.canvas.clientHeight * dense), 1);
    var m = matrix(turn, tilt);
    var small = (0.9 * zoom * Math.min(w, h)) / this.radius;

    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    gl.viewport(0, 0, w, h);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniformMatrix3fv(gl.getUniformLocation(this.program, "turn"), false, m);
    gl.uniform3f(gl.getUniformLocation(this.program, "scale"),
      small / w, small / h, -0.9 / this.radius);
    gl.drawArrays(gl.TRIANGLES, 0, 3 * this.mesh.ntri);
    return { matrix: m, x: small / w, y: small / h };
  };

  /* ---- what stands around it ---- */

  function element(name, parent, text) {
    var e = document.createElement(name);

    if (text) e.textContent = text;
    parent.appendChild(e);
    return e;
  }

  function group(parent, title) {
    var set = element("fieldset", parent);

    element("legend", set, title);
    return set;
  }

  function button(parent, text, spoken, act) {
    var b = element("button", parent, text);

    b.type = "button";
    if (spoken) b.setAttribute("aria-label", spoken);
    b.addEventListener("click", act);
    return b;
  }

  function Viewer(section) {
    this.section = section;
    this.stage = section.querySelector(".stage");
    this.turn = 20;
    this.tilt = 15;
    this.zoom = 1;
    this.mode = section.dataset.thickness === "1" ? "thickness" : "plain";
    this.scene = null;
    this.build();
  }

  Viewer.prototype.build = function () {
    var id = this.section.id;
    var help = id + "-help";

    this.stage.textContent = "";
    this.glass = element("div", this.stage);
    this.glass.className = "glass";
    this.letters = SIDES.map(function (side) {
      var s = element("span", this.glass, side.letter);

      s.setAttribute("aria-hidden", "true");
      return s;
    }, this);
    this.renew();
    this.controls = element("div", this.stage);
    this.controls.className = "controls";
    this.buildButtons();
    this.words = element("p", this.stage);
    this.words.className = "note";
    this.words.setAttribute("role", "status");
    element("p", this.stage, "Drag to turn. With the keyboard, when the " +
      "view is focused: arrows turn, plus and minus zoom, F L R B A U look " +
      "from the front, left, right, back, above and below, C changes the " +
      "colours, Home goes back.").className = "note";
    this.stage.lastChild.id = help;
    this.help = help;
    this.canvas.setAttribute("aria-describedby", help);
  };

  /* A canvas that lost its context cannot have a new one: a new canvas. */
  Viewer.prototype.renew = function () {
    var c = document.createElement("canvas");

    if (this.canvas) this.glass.replaceChild(c, this.canvas);
    else this.glass.insertBefore(c, this.glass.firstChild);
    this.canvas = c;
    c.tabIndex = 0;
    c.setAttribute("role", "application");
    c.setAttribute("aria-label", "Model in three dimensions");
    if (this.help) c.setAttribute("aria-describedby", this.help);
    this.listen();
  };

  Viewer.prototype.buildButtons = function () {
    var modes = [["plain", "plain"]];
    var self = this;
    var set;

    if (this.section.dataset.thickness === "1")
      modes.push(["thickness", "wall thickness"]);
    if (this.section.dataset.deviation === "1")
      modes.push(["deviation", "distance to the segmentation"]);
    this.modes = modes.map(function (m) { return m[0]; });
    set = group(this.controls, "Colours");
    this.modeButtons = modes.map(function (m) {
      return button(set, m[1], "", function () { self.setMode(m[0]); });
    });
    set = group(this.controls, "Seen from");
    VIEWS.forEach(function (v) {
      button(set, v.name, "", function () { self.look(v); });
    });
    set = group(this.controls, "Size");
    button(set, "\u2212", "smaller", function () { self.scale(1 / 1.25); });
    button(set, "+", "larger", function () { self.scale(1.25); });
  };

  Viewer.prototype.listen = function () {
    var self = this;
    var last = null;

    this.canvas.addEventListener("pointerdown", function (e) {
      last = [e.clientX, e.clientY];
      self.canvas.setPointerCapture(e.pointerId);
    });
    this.canvas.addEventListener("pointermove", function (e) {
      if (last === null) return;
      self.rotate((last[0] - e.clientX) / 2, (e.clientY - last[1]) / 2);
      last = [e.clientX, e.clientY];
    });
    ["pointerup", "pointercancel"].forEach(function (kind) {
      self.canvas.addEventListener(kind, function () { last = null; });
    });
    this.canvas.addEventListener("keydown", function (e) {
      if (!e.ctrlKey && !e.altKey && !e.metaKey && self.key(e.key))
        e.preventDefault();
    });
  };

  Viewer.prototype.key = function (key) {
    var letters = { f: 0, l: 1, r: 2, b: 3, a: 4, u: 5 };
    var lower = key.toLowerCase();

    if (key === "ArrowLeft") this.rotate(-10, 0);
    else if (key === "ArrowRight") this.rotate(10, 0);
    else if (key === "ArrowUp") this.rotate(0, 10);
    else if (key === "ArrowDown") this.rotate(0, -10);
    else if (key === "+" || key === "=") this.scale(1.25);
    else if (key === "-") this.scale(1 / 1.25);
    else if (key === "Home") this.reset();
    else if (lower === "c") this.setMode(this.modes[
      (this.modes.indexOf(this.mode) + 1) % this.modes.length]);
    else if (lower in letters) this.look(VIEWS[letters[lower]]);
    else return false;
    return true;
  };

  Viewer.prototype.rotate = function (turn, tilt) {
    this.turn = (this.turn + turn) % 360;
    this.tilt = Math.max(-90, Math.min(90, this.tilt + tilt));
    this.show("");
  };

  Viewer.prototype.scale = function (by) {
    this.zoom = Math.max(0.4, Math.min(12, this.zoom * by));
    this.show("");
  };

  Viewer.prototype.look = function (view) {
    this.turn = view.turn;
    this.tilt = view.tilt;
    this.show(view.words);
  };

  Viewer.prototype.reset = function () {
    this.turn = 20;
    this.tilt = 15;
    this.zoom = 1;
    this.show("askew");
  };

  Viewer.prototype.setMode = function (mode) {
    this.mode = mode;
    if (this.scene !== null) this.scene.paint(mode);
    this.show("");
  };

  Viewer.prototype.show = function (words) {
    var names = { plain: "plain", thickness: "wall thickness",
      deviation: "distance to the segmentation" };
    var seen;

    this.modeButtons.forEach(function (b, n) {
      b.setAttribute("aria-pressed", String(this.modes[n] === this.mode));
    }, this);
    this.words.textContent = "Colours: " + names[this.mode] +
      (words ? "; seen " + words : "");
    if (this.scene === null) return;
    seen = this.scene.draw(this.turn, this.tilt, this.zoom);
    this.place(seen);
  };

  /* Letters at the ends of the patient's axes, faint behind the model. */
  Viewer.prototype.place = function (seen) {
    var w = this.canvas.clientWidth;
    var h = this.canvas.clientHeight;
    var reach = this.scene.radius * 1.08;
    var m = seen.matrix;

    SIDES.forEach(function (side, n) {
      var d = side.at;
      var x = (m[0] * d[0] + m[3] * d[1] + m[6] * d[2]) * reach * seen.x;
      var y = (m[1] * d[0] + m[4] * d[1] + m[7] * d[2]) * reach * seen.y;
      var z = m[2] * d[0] + m[5] * d[1] + m[8] * d[2];
      var style = this.letters[n].style;

      x = Math.max(-0.96, Math.min(0.96, x));
      y = Math.max(-0.94, Math.min(0.94, y));
      style.transform = "translate(" + ((x + 1) / 2) * w + "px, " +
        ((1 - y) / 2) * h + "px) translate(-50%, -50%)";
      style.visibility = Math.abs(z) > 0.98 ? "hidden" : "visible";
      style.opacity = z < -0.2 ? "0.55" : "1";
    }, this);
  };

  Viewer.prototype.open = function () {
    var scene;

    if (this.scene !== null) return;
    scene = new Scene(this.canvas, parse(bytesOf(this.section.dataset.mesh)));
    this.stage.hidden = false;
    if (!scene.open(this.mode)) {
      this.stage.hidden = true;
      return;
    }
    this.scene = scene;
    this.section.querySelector(".fallback").hidden = true;
    this.section.dataset.open = "1";
    this.show("askew");
  };

  Viewer.prototype.close = function () {
    var lose;

    if (this.scene === null || document.activeElement === this.canvas) return;
    lose = this.scene.gl.getExtension("WEBGL_lose_context");
    if (lose) lose.loseContext();
    this.scene = null;
    this.renew();
  };

  /* ---- start ---- */

  var viewers = Array.prototype.map.call(
    document.querySelectorAll("section.viewer"),
    function (section) { return new Viewer(section); });

  function viewerOf(section) {
    return viewers.filter(function (v) { return v.section === section; })[0];
  }

  if ("IntersectionObserver" in window) {
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (e) {
        if (e.isIntersecting) viewerOf(e.target).open();
        else viewerOf(e.target).close();
      });
    }, { rootMargin: "400px" });

    viewers.forEach(function (v) { watch.observe(v.section); });
  } else {
    viewers.slice(0, 4).forEach(function (v) { v.open(); });
  }
  window.addEventListener("resize", function () {
    viewers.forEach(function (v) { v.show(""); });
  });
})();
