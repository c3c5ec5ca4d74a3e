package example;

import com.atlassian.connect.spring.AtlassianHostUser;
import com.fasterxml.jackson.databind.JsonNode;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Addon {

  public static void main(String[] args) {
    SpringApplication.run(Addon.class, args);
  }

  /** Called for verified requests only. */
  @PostMapping("/issue-created")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  public void issueCreated(@AuthenticationPrincipal AtlassianHostUser user, @RequestBody JsonNode event) {
    System.out.printf("verified: %s from %s%n", event.at("/issue/key").asText(), user.getHost().getBaseUrl());
  }
}
