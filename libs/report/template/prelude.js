// Charts are drawn with at least two device pixels a CSS pixel, so that they are sharp on paper too.
Object.defineProperty(window, "devicePixelRatio", { configurable: true, value: Math.max(2, window.devicePixelRatio || 1) });
