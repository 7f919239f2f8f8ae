// For reading alone: no request can be sent, and no token be typed in.
window.SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#rest',
  supportedSubmitMethods: [],
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  filter: true,
  plugins: [() => ({ wrapComponents: { authorizeBtn: () => () => null, authorizeOperationBtn: () => () => null } })],
})
