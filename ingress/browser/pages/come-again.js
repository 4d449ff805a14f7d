// Asks for this page again when it is time to; without a script its refresh does.
setTimeout(() => location.reload(), document.body.dataset.reloadS * 1000);
